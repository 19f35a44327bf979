"""When an answer came to the screen, and when what it answers was written: nobody chooses from what they cannot see."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turn", sa.Column("shown_at", sa.DateTime(timezone=True)))
    op.add_column("turn", sa.Column("written_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE turn SET shown_at = kept_at WHERE due_at IS NULL AND held_at IS NULL")


def downgrade() -> None:
    op.drop_column("turn", "written_at")
    op.drop_column("turn", "shown_at")
