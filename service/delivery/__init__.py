"""Send signed requests: values in, outcomes out. Knows no database."""
