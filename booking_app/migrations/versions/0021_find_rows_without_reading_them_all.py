"""Find the rows of a list, a figure or a purge without reading all there are."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

UNPURGED = sa.text("purged_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_booking_clinic_day", "booking", ["clinic_id", "starts_at"])
    op.create_index("ix_booking_clinic_made", "booking", ["clinic_id", "created_at"])
    op.create_index("ix_booking_clinic_state", "booking", ["clinic_id", "state", "id"])
    op.create_index("ix_booking_confirmed", "booking", ["confirmed_at"])
    op.create_index("ix_booking_to_purge", "booking", ["created_at"], sqlite_where=UNPURGED, postgresql_where=UNPURGED)
    op.create_index("ix_signed_document_clinic_time", "signed_document", ["clinic_id", "signed_at"])
    op.create_index("ix_task_tally", "task", ["state", "kind", "failure"])


def downgrade() -> None:
    op.drop_index("ix_task_tally", table_name="task")
    op.drop_index("ix_signed_document_clinic_time", table_name="signed_document")
    for name in ("to_purge", "confirmed", "clinic_state", "clinic_made", "clinic_day"):
        op.drop_index(f"ix_booking_{name}", table_name="booking")
