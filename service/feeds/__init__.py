"""Articles republished as feeds."""
