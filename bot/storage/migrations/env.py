"""Run by Alembic: brings the database of the connection it is given to the newest schema."""

from alembic import context

from bot.storage.tables import metadata

OURS = set(metadata.tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a column in place
    include_name=lambda name, kind, parents: kind != "table" or name in OURS,
)
with context.begin_transaction():
    context.run_migrations()
