"""What was put off is sent in order, and late news of a leaving does not undo a return."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NOT_SETTLED = "held_at IS NOT NULL OR due_at IS NOT NULL AND failing_since IS NOT NULL"


def upgrade() -> None:
    op.add_column("turn", sa.Column("failing_since", sa.DateTime(timezone=True)))
    op.add_column("turn", sa.Column("sending", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.execute("UPDATE turn SET failing_since = kept_at WHERE due_at IS NOT NULL AND attempts > 0")
    op.create_index(
        "turn_waiting", "turn", ["chat"], sqlite_where=sa.text(NOT_SETTLED), postgresql_where=sa.text(NOT_SETTLED)
    )
    op.add_column("contact", sa.Column("returned_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("contact", "returned_at")
    op.drop_index("turn_waiting", "turn")
    op.drop_column("turn", "sending")
    op.drop_column("turn", "failing_since")
