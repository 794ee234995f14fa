"""Group questions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("intake_field", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_name", sa.String(length=120), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("intake_field", schema=None) as batch_op:
        batch_op.drop_column("group_name")
