"""The same key is the same update within its chat, not within the channel: two chats may count alike."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("inbox_key", "inbox")
    op.create_index("inbox_key", "inbox", ["channel", "chat", "key"], unique=True)


def downgrade() -> None:
    """Fails while two chats wait with the same key: let them be answered first."""
    op.drop_index("inbox_key", "inbox")
    op.create_index("inbox_key", "inbox", ["channel", "key"], unique=True)
