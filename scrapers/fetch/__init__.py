"""Fetch pages politely and safely."""
