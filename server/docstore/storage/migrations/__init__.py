"""Schema changes, run by alembic at start."""
