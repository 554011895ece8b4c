"""Find the articles of a site: one file a kind, the folder is the registry."""
