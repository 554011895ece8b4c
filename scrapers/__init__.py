"""A site in, frozen values out. Sees neither database nor Flask."""
