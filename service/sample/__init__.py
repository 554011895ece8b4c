"""The bundled example news site."""
