"""Dossiers followed, who asked for them, and how their systems bear it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
NUMBERED = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "dossier",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("code", sa.LargeBinary),
        sa.Column("data", sa.LargeBinary),
        sa.Column("system", sa.String(64), nullable=False),
        sa.Column("trial", sa.Boolean, nullable=False),
        sa.Column("agency", sa.String(200)),
        sa.Column("commune", sa.String(8)),
        sa.Column("channel", sa.String(16)),
        sa.Column("procedure", sa.String(32)),
        sa.Column("status", sa.String(16)),
        sa.Column("received", TIME),
        sa.Column("due", TIME),
        sa.Column("finished", TIME),
        sa.Column("returned", TIME),
        sa.Column("known_at", TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("followed_at", TIME),
        sa.Column("next_look", TIME),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("missing_since", TIME),
        sa.Column("warned", sa.Date),
        sa.Column("ended_at", TIME),
    )
    to_be_asked = sa.text("next_look IS NOT NULL")
    op.create_index(
        "dossier_look", "dossier", ["system", "next_look"], sqlite_where=to_be_asked, postgresql_where=to_be_asked
    )
    op.create_table(
        "follow",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("chat", sa.String(160), primary_key=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("proved", sa.Boolean, nullable=False),
        sa.Column("lasting", sa.Boolean, nullable=False),
        sa.Column("asked", sa.Boolean, nullable=False),
        sa.Column("number", sa.String(16)),
        sa.Column("ended_at", TIME),
        sqlite_with_rowid=False,
    )
    op.create_index("follow_chat", "follow", ["chat", "since"])
    op.create_table(
        "dossier_news",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("change", sa.String(120), primary_key=True),
        sa.Column("at", TIME, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attempt",
        sa.Column("id", NUMBERED, primary_key=True, autoincrement=True),
        sa.Column("chat", sa.String(160), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("counts", sa.Boolean, nullable=False),
    )
    op.create_index("attempt_chat", "attempt", ["chat", "at"])
    op.create_index("attempt_key", "attempt", ["key", "at"])
    op.create_index("attempt_at", "attempt", ["at"])
    op.create_table(
        "rate",
        sa.Column("system", sa.String(64), primary_key=True),
        sa.Column("free_at", TIME, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failed_at", TIME),
        sa.Column("refused", sa.Boolean, nullable=False),
    )
    op.create_table(
        "call",
        sa.Column("id", NUMBERED, primary_key=True, autoincrement=True),
        sa.Column("system", sa.String(64), nullable=False),
        sa.Column("until", TIME, nullable=False),
    )
    op.create_index("call_system", "call", ["system"])


def downgrade() -> None:
    for table in ("call", "rate", "attempt", "dossier_news", "follow", "dossier"):
        op.drop_table(table)
