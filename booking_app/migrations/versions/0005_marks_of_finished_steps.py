"""Marks of finished steps."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "step_mark",
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_step_mark_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("clinic_id", "step", name=op.f("pk_step_mark")),
    )


def downgrade() -> None:
    op.drop_table("step_mark")
