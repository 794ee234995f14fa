"""Let tasks be about anything, not bookings alone."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject_kind", sa.String(length=20), server_default="booking", nullable=False))
        batch_op.drop_constraint("uq_task_booking_id", type_="unique")
        batch_op.create_unique_constraint("uq_task_subject_kind", ["subject_kind", "booking_id", "name"])


def downgrade() -> None:
    # What is about something else than a booking means nothing to the release before.
    op.execute("DELETE FROM task WHERE subject_kind <> 'booking'")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_constraint("uq_task_subject_kind", type_="unique")
        batch_op.create_unique_constraint("uq_task_booking_id", ["booking_id", "name"])
        batch_op.drop_column("subject_kind")
