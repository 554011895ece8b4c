"""The API under /api/v1: asked with tokens, answered in JSON, wrong is a problem."""
