"""The tables of this package. Answers and signatures live in the booking; here is what is asked and what proves it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import SHOWN, Base, UtcDateTime


class IntakeField(Base):
    """One question a clinic designed. Retired ones stay, so that old answers keep their meaning."""

    __tablename__ = "intake_field"
    __table_args__ = (
        # A key is unique among the fields in use; retired ones may share it.
        Index(
            "uq_intake_field_live_key",
            "clinic_id",
            "key",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
        {"info": SHOWN},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(255))
    type: Mapped[str] = mapped_column(String(20))
    required: Mapped[bool] = mapped_column(default=False)
    help: Mapped[str] = mapped_column(Text, default="")
    group_name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    services: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    show_if: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    maps_to: Mapped[str] = mapped_column(String(120), default="form")
    ask_again: Mapped[str] = mapped_column(String(12), default="always", server_default="always")
    ask_again_days: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Waiver(Base):
    """A text to agree to. `current_sha256` says which of its versions is shown now."""

    __tablename__ = "waiver"
    __table_args__ = (UniqueConstraint("clinic_id", "key"), {"info": SHOWN})

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    services: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    signature: Mapped[str] = mapped_column(String(10))
    resign_after_days: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)
    current_sha256: Mapped[str | None] = mapped_column(String(64))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    draft_body: Mapped[str | None] = mapped_column(Text)  # written and not yet published


class WaiverVersion(Base):
    """One exact text of a waiver, named by its SHA-256. Never changed, never deleted."""

    __tablename__ = "waiver_version"
    __table_args__ = (UniqueConstraint("waiver_id", "sha256"), {"info": SHOWN})

    id: Mapped[int] = mapped_column(primary_key=True)
    waiver_id: Mapped[int] = mapped_column(ForeignKey("waiver.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    body: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignedDocument(Base):
    """The proof of one signed document, and its sealed file until that is purged. Holds no name and no answer."""

    __tablename__ = "signed_document"
    __table_args__ = (Index("ix_signed_document_clinic_time", "clinic_id", "signed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(unique=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    record_sha256: Mapped[str] = mapped_column(String(64), index=True)
    file_sha256: Mapped[str] = mapped_column(String(64), index=True)
    file_size: Mapped[int]
    waiver_versions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    seal: Mapped[str] = mapped_column(String(128))
    seal_key_id: Mapped[str] = mapped_column(String(32))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    method: Mapped[str] = mapped_column(String(10))
    sealed_pdf: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_png: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SealKey(Base):
    """A public key that sealed documents once; kept for as long as they are to be verified."""

    __tablename__ = "seal_key"

    key_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
