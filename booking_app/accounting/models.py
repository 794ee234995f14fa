"""The tables of this package. Ids, days, amounts and codes: never a name, a note or what a treatment is called.

Amounts are whole cents. Invoices are tax records: what stands here stays when a person is erased (docs/accounting.md).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, UtcDateTime
from booking_app.tasks.records import Subject

INVOICE_KIND, BATCH_KIND = "invoice", "invoices"


class DocumentState(StrEnum):
    """`seen` until it may be posted; `held` and `refused` wait for a person; `posted` stands there."""

    SEEN = "seen"
    HELD = "held"
    POSTING = "posting"
    REFUSED = "refused"
    POSTED = "posted"
    VOIDED = "voided"
    SKIPPED = "skipped"


class Stage(StrEnum):
    """How far a connection is: nothing is posted before a person has seen the preview and said so."""

    SETTING_UP = "setting_up"
    TRIAL = "trial"
    LIVE = "live"


class AccountingDocument(Base):
    """One invoice or credit note of the practice system, as it is to be posted, and what became of it.

    `fingerprint` is what would be posted now, `posted_fingerprint` what was: where they differ somebody has edited it
    since. `reason` is a code of `wording.py`. A document that was taken back is posted again as the next `revision`.
    """

    __tablename__ = "accounting_document"
    __table_args__ = (
        UniqueConstraint("connection_id", "cliniko_id", "revision"),
        Index("ix_accounting_document_state", "connection_id", "state", "issue_day"),
        Index("ix_accounting_document_day", "connection_id", "issue_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    connection_id: Mapped[int]
    cliniko_id: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    is_credit: Mapped[bool]
    issue_day: Mapped[date] = mapped_column(Date)
    location_id: Mapped[str] = mapped_column(String(40))
    practitioner_id: Mapped[str | None] = mapped_column(String(40))
    patient_id: Mapped[str] = mapped_column(String(40))
    gross_cents: Mapped[int] = mapped_column(BigInteger)
    tax_cents: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(10))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_archived: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fingerprint: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(120))
    batch_id: Mapped[int | None] = mapped_column(index=True)
    vendor_number: Mapped[str | None] = mapped_column(String(40))
    vendor_id: Mapped[str | None] = mapped_column(String(80))
    vendor_status: Mapped[str | None] = mapped_column(String(10))
    posted_fingerprint: Mapped[str | None] = mapped_column(String(64))
    posted_cents: Mapped[int | None] = mapped_column(BigInteger)
    posted_tax_cents: Mapped[int | None] = mapped_column(BigInteger)
    posted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def subject(self) -> Subject:
        return Subject(INVOICE_KIND, self.id)

    @property
    def is_edited(self) -> bool:
        """Whether what stands there is no longer what stands here."""
        return self.state == DocumentState.POSTED and self.posted_fingerprint != self.fingerprint


class AccountingBatch(Base):
    """Documents that are posted by one task. `as_drafts` whatever the connection says, for the first five."""

    __tablename__ = "accounting_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    connection_id: Mapped[int] = mapped_column(index=True)
    as_drafts: Mapped[bool]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def subject(self) -> Subject:
        return Subject(BATCH_KIND, self.id)


class AccountingContact(Base):
    """Whom documents are made out to: our number for them, and the vendor's id."""

    __tablename__ = "accounting_contact"
    __table_args__ = (UniqueConstraint("connection_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    connection_id: Mapped[int]
    number: Mapped[str] = mapped_column(String(50))
    remote_id: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountingProgress(Base):
    """How far a connection is with reading and posting. `read_from` is the next day of the first reading to be read;
    after it `changed_since` is where looking for changes goes on. `company` is what the vendor said of the books.
    """

    __tablename__ = "accounting_progress"

    id: Mapped[int] = mapped_column(primary_key=True)
    connection_id: Mapped[int] = mapped_column(unique=True)
    stage: Mapped[str] = mapped_column(String(12), default=Stage.SETTING_UP)
    read_from: Mapped[date | None] = mapped_column(Date)
    changed_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    swept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_code: Mapped[str | None] = mapped_column(String(120))
    company: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    company_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccountingToken(Base):
    """The authorisation of a connection, sealed: the pair in use, and what is needed while a person is being asked.

    `fence` rises with every refresh that begins, so that of two only one writes.
    """

    __tablename__ = "accounting_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    connection_id: Mapped[int] = mapped_column(unique=True)
    sealed_pair: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_asking: Mapped[bytes | None] = mapped_column(LargeBinary)
    refreshed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fence: Mapped[int] = mapped_column(default=0)


class AccountingDifference(Base):
    """One thing that stands differently on the two sides. `accepted_*` say who let it stand, and why."""

    __tablename__ = "accounting_difference"
    __table_args__ = (UniqueConstraint("connection_id", "kind", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    connection_id: Mapped[int]
    document_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(30))
    number: Mapped[str] = mapped_column(String(40))
    day: Mapped[date] = mapped_column(Date)
    ours_cents: Mapped[int | None] = mapped_column(BigInteger)
    theirs_cents: Mapped[int | None] = mapped_column(BigInteger)
    detail: Mapped[str] = mapped_column(String(120), default="")
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by: Mapped[int | None]
    accepted_why: Mapped[str] = mapped_column(String(200), default="")
