"""Alembic's entry: runs on the connection it is handed, inside that connection's thread and transaction."""

from __future__ import annotations

from alembic import context

from docstore.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
