"""Events and their payloads."""
