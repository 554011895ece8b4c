"""One command a line of the table of what Wireroom measures up to."""
