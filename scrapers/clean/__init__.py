"""Clean HTML, addresses and text."""
