"""Book places in group appointments: which group a hold and a booking are of, and how many places a reading found."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("slot_window", schema=None) as batch_op:
        batch_op.add_column(sa.Column("groups", sa.JSON(none_as_null=True), nullable=True))
    for table in ("hold", "booking"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("group_id", sa.String(length=34), nullable=True))


def downgrade() -> None:
    # A release before this one would take the place held for a practitioner's whole time.
    op.execute(sa.text("DELETE FROM hold_cell WHERE hold_id IN (SELECT id FROM hold WHERE group_id IS NOT NULL)"))
    op.execute(sa.text("DELETE FROM hold WHERE group_id IS NOT NULL"))
    for table in ("booking", "hold"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("group_id")
    with op.batch_alter_table("slot_window", schema=None) as batch_op:
        batch_op.drop_column("groups")
