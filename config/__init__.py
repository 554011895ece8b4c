"""Settings, logging and the shipped source definitions. Imports nothing of ours."""
