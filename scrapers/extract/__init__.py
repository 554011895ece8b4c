"""Make an article of a page."""
