"""Invoices in the accounting system: documents, batches, contacts, progress, tokens and differences."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounting_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("as_drafts", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounting_batch")),
    )
    with op.batch_alter_table("accounting_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounting_batch_connection_id"), ["connection_id"], unique=False)

    op.create_table(
        "accounting_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=50), nullable=False),
        sa.Column("remote_id", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounting_contact")),
        sa.UniqueConstraint("connection_id", "number", name=op.f("uq_accounting_contact_connection_id")),
    )
    op.create_table(
        "accounting_difference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ours_cents", sa.BigInteger(), nullable=True),
        sa.Column("theirs_cents", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.String(length=120), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Integer(), nullable=True),
        sa.Column("accepted_why", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounting_difference")),
        sa.UniqueConstraint("connection_id", "kind", "number", name=op.f("uq_accounting_difference_connection_id")),
    )
    op.create_table(
        "accounting_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("read_from", sa.Date(), nullable=True),
        sa.Column("changed_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_code", sa.String(length=120), nullable=True),
        sa.Column("company", sa.JSON(), nullable=False),
        sa.Column("company_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounting_progress")),
        sa.UniqueConstraint("connection_id", name=op.f("uq_accounting_progress_connection_id")),
    )
    op.create_table(
        "accounting_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("sealed_pair", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_asking", sa.LargeBinary(), nullable=True),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounting_token")),
        sa.UniqueConstraint("connection_id", name=op.f("uq_accounting_token_connection_id")),
    )
    op.create_table(
        "accounting_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("cliniko_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_credit", sa.Boolean(), nullable=False),
        sa.Column("issue_day", sa.Date(), nullable=False),
        sa.Column("location_id", sa.String(length=40), nullable=False),
        sa.Column("practitioner_id", sa.String(length=40), nullable=True),
        sa.Column("patient_id", sa.String(length=40), nullable=False),
        sa.Column("gross_cents", sa.BigInteger(), nullable=False),
        sa.Column("tax_cents", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("vendor_number", sa.String(length=40), nullable=True),
        sa.Column("vendor_id", sa.String(length=80), nullable=True),
        sa.Column("vendor_status", sa.String(length=10), nullable=True),
        sa.Column("posted_fingerprint", sa.String(length=64), nullable=True),
        sa.Column("posted_cents", sa.BigInteger(), nullable=True),
        sa.Column("posted_tax_cents", sa.BigInteger(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_accounting_document_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounting_document")),
        sa.UniqueConstraint(
            "connection_id", "cliniko_id", "revision", name=op.f("uq_accounting_document_connection_id")
        ),
    )
    with op.batch_alter_table("accounting_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounting_document_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_accounting_document_day", ["connection_id", "issue_day"], unique=False)
        batch_op.create_index("ix_accounting_document_state", ["connection_id", "state", "issue_day"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("accounting_document", schema=None) as batch_op:
        batch_op.drop_index("ix_accounting_document_state")
        batch_op.drop_index("ix_accounting_document_day")
        batch_op.drop_index(batch_op.f("ix_accounting_document_batch_id"))

    op.drop_table("accounting_document")
    op.drop_table("accounting_token")
    op.drop_table("accounting_progress")
    op.drop_table("accounting_difference")
    op.drop_table("accounting_contact")
    with op.batch_alter_table("accounting_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounting_batch_connection_id"))

    op.drop_table("accounting_batch")
