"""Flask app, feeds, webhooks, jobs and the command line."""
