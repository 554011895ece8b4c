"""What tells operators and machines how the service is."""
