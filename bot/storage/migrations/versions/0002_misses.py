"""Wordings that were not understood, counted."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "miss",
        sa.Column("wording", sa.String(640), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("shown", sa.String(16), primary_key=True),
        sa.Column("settled", sa.String(16), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("miss")
