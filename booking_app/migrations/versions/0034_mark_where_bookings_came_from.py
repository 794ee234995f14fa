"""Know which bookings came from one network or e-mail domain, by keyed hashes, and block such a source for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.add_column(sa.Column("network", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("email_domain", sa.String(length=64), nullable=True))
    op.create_table(
        "booking_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("sealed_label", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_booking_block_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_block")),
        sa.UniqueConstraint("clinic_id", "kind", "mark", name=op.f("uq_booking_block_clinic_id")),
    )
    with op.batch_alter_table("booking_block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_block_ends_at"), ["ends_at"], unique=False)


def downgrade() -> None:
    op.drop_table("booking_block")
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_column("email_domain")
        batch_op.drop_column("network")
