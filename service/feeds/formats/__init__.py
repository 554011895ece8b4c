"""One file a feed format; the folder is the registry."""
