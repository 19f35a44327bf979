"""Conversations and turns."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("chat", sa.String(160), primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "turn",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("chat", sa.String(160), nullable=False),
        sa.Column("update_id", sa.String(160), nullable=False),
        sa.Column("heard", sa.LargeBinary, nullable=False),
        sa.Column("replies", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("turn_update", "turn", ["chat", "update_id"], unique=True)
    open_only = sa.text("due_at IS NOT NULL")
    op.create_index("turn_due", "turn", ["due_at"], sqlite_where=open_only, postgresql_where=open_only)


def downgrade() -> None:
    op.drop_table("turn")
    op.drop_table("conversation")
