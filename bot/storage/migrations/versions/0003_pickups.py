"""Pickups ordered, what the post tells of them, and consents."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "pickup",
        sa.Column("number", sa.String(16), primary_key=True),
        sa.Column("chat", sa.String(160), nullable=False),
        sa.Column("data", sa.LargeBinary),
        sa.Column("before", sa.LargeBinary),
        sa.Column("phone", sa.String(64)),
        sa.Column("procedure", sa.String(16), nullable=False),
        sa.Column("commune", sa.String(8), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("shift", sa.String(16), nullable=False),
        sa.Column("moves", sa.Integer, nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("item", sa.String(32)),
        sa.Column("reason", sa.LargeBinary),
        sa.Column("at_post", sa.String(16), nullable=False),
        sa.Column("moves_at_post", sa.Integer, nullable=False),
        sa.Column("corrections", sa.Integer, nullable=False),
        sa.Column("to_cancel", sa.Boolean, nullable=False),
        sa.Column("reminded", sa.Date),
        sa.Column("delayed", sa.Boolean, nullable=False),
        sa.Column("ordered_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
    )
    op.create_index("pickup_chat", "pickup", ["chat", "ordered_at"])
    op.create_index("pickup_phone", "pickup", ["phone"])
    op.create_index("pickup_visit", "pickup", ["day", "commune", "shift"])
    op.create_table(
        "pickup_news",
        sa.Column("number", sa.String(16), primary_key=True),
        sa.Column("key", sa.String(160), primary_key=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("changed", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "item",
        sa.Column("item", sa.String(32), primary_key=True),
        sa.Column("number", sa.String(16), unique=True),
    )
    op.create_table(
        "cursor",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.String(256), nullable=False),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("chat", sa.String(160), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("consent_chat", "consent", ["chat"])


def downgrade() -> None:
    for table in ("consent", "cursor", "item", "pickup_news", "pickup"):
        op.drop_table(table)
