"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clinic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("business_number", sa.String(length=40), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("allowed_sites", sa.JSON(), nullable=False),
        sa.Column("branding", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("consents", sa.JSON(), nullable=False),
        sa.Column("alerts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
        sa.UniqueConstraint("slug", name=op.f("uq_clinic_slug")),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("account_key", sa.String(length=120), nullable=False),
        sa.Column("practitioner_id", sa.String(length=40), nullable=False),
        sa.Column("visitor", sa.String(length=64), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sa.UniqueConstraint("family", name=op.f("uq_hold_family")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hold_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index("ix_hold_visitor", ["visitor", "created_at"], unique=False)

    op.create_table(
        "request_budget",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_request_budget")),
    )
    op.create_table(
        "request_count",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "outcome", name=op.f("pk_request_count")),
    )
    op.create_table(
        "seal_key",
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_seal_key")),
    )
    op.create_table(
        "slot_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_key", sa.String(length=120), nullable=False),
        sa.Column("location_id", sa.String(length=40), nullable=False),
        sa.Column("service_id", sa.String(length=40), nullable=False),
        sa.Column("practitioner_id", sa.String(length=40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("starts", sa.JSON(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetching_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_window")),
        sa.UniqueConstraint(
            "account_key",
            "location_id",
            "service_id",
            "practitioner_id",
            "first_day",
            name=op.f("uq_slot_window_account_key"),
        ),
    )
    with op.batch_alter_table("slot_window", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slot_window_fetched_at"), ["fetched_at"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=True),
        sa.Column("after", sa.String(length=60), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("must_probe", sa.Boolean(), nullable=False),
        sa.Column("remote_id", sa.String(length=80), nullable=True),
        sa.Column("failure", sa.String(length=20), nullable=True),
        sa.Column("code", sa.String(length=120), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("booking_id", "name", name=op.f("uq_task_booking_id")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_booking_id"), ["booking_id"], unique=False)
        batch_op.create_index("ix_task_due", ["state", "due_at"], unique=False)

    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("manage_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("account_key", sa.String(length=120), nullable=False),
        sa.Column("service_id", sa.String(length=40), nullable=False),
        sa.Column("location_id", sa.String(length=40), nullable=False),
        sa.Column("practitioner_id", sa.String(length=40), nullable=False),
        sa.Column("any_practitioner", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attribution", sa.JSON(), nullable=False),
        sa.Column("sealed_facts", sa.LargeBinary(), nullable=True),
        sa.Column("cliniko_patient_id", sa.String(length=40), nullable=True),
        sa.Column("cliniko_appointment_id", sa.String(length=40), nullable=True),
        sa.Column("cliniko_attendee_id", sa.String(length=40), nullable=True),
        sa.Column("is_returning", sa.Boolean(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=20), nullable=True),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_booking_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("manage_hash", name=op.f("uq_booking_manage_hash")),
        sa.UniqueConstraint("reference", name=op.f("uq_booking_reference")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_clinic_id"), ["clinic_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_cliniko_appointment_id"), ["cliniko_appointment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_family"), ["family"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_state"), ["state"], unique=False)

    op.create_table(
        "catalogue_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_key", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_catalogue_snapshot_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_snapshot")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("catalogue_snapshot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_catalogue_snapshot_clinic_id"), ["clinic_id"], unique=False)

    op.create_table(
        "clinic_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_clinic_file_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_file")),
        sa.UniqueConstraint("clinic_id", "name", name=op.f("uq_clinic_file_clinic_id")),
    )
    with op.batch_alter_table("clinic_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clinic_file_clinic_id"), ["clinic_id"], unique=False)

    op.create_table(
        "connection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("vendor", sa.String(length=20), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("secret_env", sa.String(length=120), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("paused_code", sa.String(length=120), nullable=True),
        sa.Column("account_key", sa.String(length=120), nullable=True),
        sa.Column("budget_key", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_connection_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection")),
    )
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_connection_clinic_id"), ["clinic_id"], unique=False)

    op.create_table(
        "curation_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cliniko_id", sa.String(length=40), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_curation_entry_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curation_entry")),
        sa.UniqueConstraint("clinic_id", "kind", "cliniko_id", name=op.f("uq_curation_entry_clinic_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("curation_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_curation_entry_clinic_id"), ["clinic_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("visitor", sa.String(length=64), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("attribution", sa.JSON(), nullable=False),
        sa.Column("sealed_details", sa.LargeBinary(), nullable=True),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_draft_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_draft_token_hash")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_booking_id"), ["booking_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_draft_family"), ["family"], unique=False)
        batch_op.create_index(batch_op.f("ix_draft_touched_at"), ["touched_at"], unique=False)

    op.create_table(
        "hold_cell",
        sa.Column("account_key", sa.String(length=120), nullable=False),
        sa.Column("practitioner_id", sa.String(length=40), nullable=False),
        sa.Column("cell", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_hold_cell_hold_id_hold"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_key", "practitioner_id", "cell", name=op.f("pk_hold_cell")),
    )
    with op.batch_alter_table("hold_cell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hold_cell_hold_id"), ["hold_id"], unique=False)

    op.create_table(
        "intake_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("help", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("services", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("show_if", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("maps_to", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_intake_field_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_field")),
    )
    with op.batch_alter_table("intake_field", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intake_field_clinic_id"), ["clinic_id"], unique=False)
        batch_op.create_index(
            "uq_intake_field_live_key",
            ["clinic_id", "key"],
            unique=True,
            sqlite_where=sa.text("retired_at IS NULL"),
            postgresql_where=sa.text("retired_at IS NULL"),
        )

    op.create_table(
        "signed_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("record_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("waiver_versions", sa.JSON(), nullable=False),
        sa.Column("seal", sa.String(length=128), nullable=False),
        sa.Column("seal_key_id", sa.String(length=32), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("sealed_pdf", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_png", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_signed_document_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_document")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_signed_document_booking_id")),
    )
    with op.batch_alter_table("signed_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signed_document_clinic_id"), ["clinic_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signed_document_file_sha256"), ["file_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_signed_document_record_sha256"), ["record_sha256"], unique=False)

    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("services", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("signature", sa.String(length=10), nullable=False),
        sa.Column("resign_after_days", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("current_sha256", sa.String(length=64), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_waiver_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
        sa.UniqueConstraint("clinic_id", "key", name=op.f("uq_waiver_clinic_id")),
    )
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiver_clinic_id"), ["clinic_id"], unique=False)

    op.create_table(
        "match_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("candidate_ids", sa.JSON(), nullable=False),
        sa.Column("sealed_differences", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_match_proposal_booking_id_booking")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_proposal")),
    )
    with op.batch_alter_table("match_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_proposal_booking_id"), ["booking_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_proposal_clinic_id"), ["clinic_id"], unique=False)

    op.create_table(
        "waiver_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("waiver_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["waiver_id"], ["waiver.id"], name=op.f("fk_waiver_version_waiver_id_waiver")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver_version")),
        sa.UniqueConstraint("waiver_id", "sha256", name=op.f("uq_waiver_version_waiver_id")),
    )
    with op.batch_alter_table("waiver_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiver_version_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiver_version_waiver_id"), ["waiver_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("waiver_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiver_version_waiver_id"))
        batch_op.drop_index(batch_op.f("ix_waiver_version_sha256"))

    op.drop_table("waiver_version")
    with op.batch_alter_table("match_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_proposal_clinic_id"))
        batch_op.drop_index(batch_op.f("ix_match_proposal_booking_id"))

    op.drop_table("match_proposal")
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiver_clinic_id"))

    op.drop_table("waiver")
    with op.batch_alter_table("signed_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signed_document_record_sha256"))
        batch_op.drop_index(batch_op.f("ix_signed_document_file_sha256"))
        batch_op.drop_index(batch_op.f("ix_signed_document_clinic_id"))

    op.drop_table("signed_document")
    with op.batch_alter_table("intake_field", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_intake_field_live_key",
            sqlite_where=sa.text("retired_at IS NULL"),
            postgresql_where=sa.text("retired_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_intake_field_clinic_id"))

    op.drop_table("intake_field")
    with op.batch_alter_table("hold_cell", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hold_cell_hold_id"))

    op.drop_table("hold_cell")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_touched_at"))
        batch_op.drop_index(batch_op.f("ix_draft_family"))
        batch_op.drop_index(batch_op.f("ix_draft_booking_id"))

    op.drop_table("draft")
    with op.batch_alter_table("curation_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_curation_entry_clinic_id"))

    op.drop_table("curation_entry")
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_connection_clinic_id"))

    op.drop_table("connection")
    with op.batch_alter_table("clinic_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clinic_file_clinic_id"))

    op.drop_table("clinic_file")
    with op.batch_alter_table("catalogue_snapshot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_catalogue_snapshot_clinic_id"))

    op.drop_table("catalogue_snapshot")
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_state"))
        batch_op.drop_index(batch_op.f("ix_booking_starts_at"))
        batch_op.drop_index(batch_op.f("ix_booking_family"))
        batch_op.drop_index(batch_op.f("ix_booking_cliniko_appointment_id"))
        batch_op.drop_index(batch_op.f("ix_booking_clinic_id"))

    op.drop_table("booking")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_due")
        batch_op.drop_index(batch_op.f("ix_task_booking_id"))

    op.drop_table("task")
    with op.batch_alter_table("slot_window", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slot_window_fetched_at"))

    op.drop_table("slot_window")
    op.drop_table("seal_key")
    op.drop_table("request_count")
    op.drop_table("request_budget")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index("ix_hold_visitor")
        batch_op.drop_index(batch_op.f("ix_hold_expires_at"))

    op.drop_table("hold")
    op.drop_table("clinic")
