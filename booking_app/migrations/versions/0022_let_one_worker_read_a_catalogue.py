"""Let one worker at a time read a clinic's catalogue."""

import sqlalchemy as sa
from alembic import op

from booking_app.core.db import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_claim",
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("until", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_catalogue_claim_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_catalogue_claim")),
    )


def downgrade() -> None:
    op.drop_table("catalogue_claim")
