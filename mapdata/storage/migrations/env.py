"""Alembic's entry: runs on the connection it is handed, inside that connection's transaction."""

from alembic import context

from mapdata.storage.tables.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
