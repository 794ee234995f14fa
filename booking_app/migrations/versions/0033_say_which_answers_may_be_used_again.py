"""Say of each question whether a patient who comes back is asked it again; until now everybody was."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("intake_field", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ask_again", sa.String(length=12), nullable=False, server_default="always"))
        batch_op.add_column(sa.Column("ask_again_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("intake_field", schema=None) as batch_op:
        batch_op.drop_column("ask_again_days")
        batch_op.drop_column("ask_again")
