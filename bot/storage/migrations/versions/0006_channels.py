"""Updates as they came, who can be written to, alarms, tokens, and how far a failed sending got."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turn", sa.Column("sent", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("chat", sa.String(144), nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("ordinal", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("inbox_key", "inbox", ["channel", "key"], unique=True)
    op.create_index("inbox_chat", "inbox", ["channel", "chat", "ordinal"])
    op.create_table(
        "contact",
        sa.Column("chat", sa.String(160), primary_key=True),
        sa.Column("heard_at", sa.DateTime(timezone=True)),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.Column("paused_until", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "alarm",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "access_grant",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renewing_until", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    for name in ("access_grant", "alarm", "contact", "inbox"):
        op.drop_table(name)
    op.drop_column("turn", "sent")
