"""Keep what a patient writes to the front desk, sealed, until the appointment is over."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

KEPT = sa.text("sealed_messages IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sealed_messages", sa.LargeBinary(), nullable=True))
        batch_op.create_index("ix_booking_messages", ["ends_at"], sqlite_where=KEPT, postgresql_where=KEPT)


def downgrade() -> None:
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index("ix_booking_messages")
        batch_op.drop_column("sealed_messages")
