"""Know when one person books the same time twice, by a keyed hash that goes with the appointment."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_mark", sa.String(length=64), nullable=True))
        batch_op.create_index(
            "ix_booking_person",
            ["person_mark", "ends_at"],
            unique=False,
            sqlite_where=sa.text("person_mark IS NOT NULL"),
            postgresql_where=sa.text("person_mark IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index("ix_booking_person")
        batch_op.drop_column("person_mark")
