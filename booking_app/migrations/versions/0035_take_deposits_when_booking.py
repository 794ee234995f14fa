"""Take deposits when booking."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("clinic", schema=None) as batch_op:
        batch_op.add_column(sa.Column("deposits", sa.JSON(none_as_null=True), nullable=True))
    _add_deposit()
    op.create_table(
        "deposit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.String(length=16), nullable=True),
        sa.Column("code", sa.String(length=120), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_deposit_entry_deposit_id_deposit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_entry")),
    )
    op.create_index(op.f("ix_deposit_entry_deposit_id"), "deposit_entry", ["deposit_id"])
    op.create_table(
        "deposit_refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.String(length=80), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_deposit_refund_deposit_id_deposit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_refund")),
    )
    op.create_index(op.f("ix_deposit_refund_deposit_id"), "deposit_refund", ["deposit_id"])
    op.create_table(
        "deposit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_event")),
        sa.UniqueConstraint("connection_id", "event_id", name=op.f("uq_deposit_event_connection_id")),
    )
    op.create_index(op.f("ix_deposit_event_connection_id"), "deposit_event", ["connection_id"])
    op.create_index(op.f("ix_deposit_event_at"), "deposit_event", ["at"])


def _add_deposit() -> None:
    op.create_table(
        "deposit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("vendor", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("pay_hash", sa.String(length=64), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("draft_hash", sa.String(length=64), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("live_family", sa.String(length=64), nullable=True),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("refunded", sa.String(length=16), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("is_disputed", sa.Boolean(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sealed_checkout", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_payer", sa.LargeBinary(), nullable=True),
        sa.Column("payment_id", sa.String(length=80), nullable=True),
        sa.Column("code", sa.String(length=120), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authorised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("capture_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_deposit_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit")),
        sa.UniqueConstraint("reference", name=op.f("uq_deposit_reference")),
        sa.UniqueConstraint("pay_hash", name=op.f("uq_deposit_pay_hash")),
        sa.UniqueConstraint("live_family", name=op.f("uq_deposit_live_family")),
    )
    op.create_index("ix_deposit_clinic_opened", "deposit", ["clinic_id", "opened_at"])
    for column in ("draft_hash", "family", "booking_id", "state", "payment_id"):
        op.create_index(op.f(f"ix_deposit_{column}"), "deposit", [column])


def downgrade() -> None:
    for table in ("deposit_event", "deposit_refund", "deposit_entry", "deposit"):
        op.drop_table(table)
    # In place: a batch would make the table anew, which SQLite refuses while other tables point to it.
    op.drop_column("clinic", "deposits")
