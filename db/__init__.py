"""SQLAlchemy models, engine, migrations, and one query module per noun."""
