"""One file a payload format; the folder is the registry."""
