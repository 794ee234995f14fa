"""Keep a patient's own link to a visit by video, sealed, until the visit is over."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KEPT = sa.text("sealed_join_url IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sealed_join_url", sa.LargeBinary(), nullable=True))
        batch_op.create_index("ix_booking_join_url", ["ends_at"], sqlite_where=KEPT, postgresql_where=KEPT)


def downgrade() -> None:
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index("ix_booking_join_url")
        batch_op.drop_column("sealed_join_url")
