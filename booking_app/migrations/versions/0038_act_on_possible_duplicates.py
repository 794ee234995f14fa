"""Write a person's corrections to patients' records, and note which of two records bookings use."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patient_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("cliniko_patient_id", sa.String(length=40), nullable=False),
        sa.Column("sealed_values", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_patient_change_booking_id_booking")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_change")),
    )
    op.create_index(op.f("ix_patient_change_clinic_id"), "patient_change", ["clinic_id"])
    op.create_index(op.f("ix_patient_change_booking_id"), "patient_change", ["booking_id"])
    op.create_table(
        "patient_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(length=40), nullable=False),
        sa.Column("used_patient_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_choice")),
        sa.UniqueConstraint("clinic_id", "patient_id", name=op.f("uq_patient_choice_clinic_id")),
    )


def downgrade() -> None:
    op.drop_table("patient_choice")
    op.drop_table("patient_change")
