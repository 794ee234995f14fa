"""Keep drafts of branding."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "branding_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_branding_revision_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branding_revision")),
    )
    with op.batch_alter_table("branding_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_branding_revision_clinic_id"), ["clinic_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("branding_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_branding_revision_clinic_id"))

    op.drop_table("branding_revision")
