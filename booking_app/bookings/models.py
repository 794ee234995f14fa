"""The tables of drafts, holds and bookings."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.bookings.records import Choice, Move
from booking_app.bookings.subject import subject_of
from booking_app.core.db import Base, UtcDateTime
from booking_app.tasks.records import Subject


class BookingState(StrEnum):
    PLACING = "placing"
    CONFIRMED = "confirmed"
    MOVING = "moving"  # confirmed at the time it had; another one is asked for
    SLOT_LOST = "slot_lost"
    WITHDRAWN = "withdrawn"  # Cliniko could not be reached, and the request was not held for longer
    FAILED = "failed"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


BACK_AT_WORK = (BookingState.SLOT_LOST, BookingState.WITHDRAWN)  # the draft is filled in again, every answer kept


class Source(StrEnum):
    """Who made a booking. One of the front desk holds ids only, and was never a draft."""

    ONLINE = "online"
    FRONT_DESK = "front_desk"


class Draft(Base):
    """A booking being filled in. Found by the hash of its token; what was typed is sealed.

    `sealed_typed` is what was typed so far, right or wrong; `sealed_details` are the details once they were all right.

    The first personal data moves to a new row of the same `family`, so the old id shows choices only. The family
    shares one hold.
    """

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    family: Mapped[str] = mapped_column(String(64), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    visitor: Mapped[str] = mapped_column(String(64))
    choice: Mapped[dict[str, Any]] = mapped_column(JSON)
    attribution: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # empty since it is sealed
    sealed_attribution: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_details: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_typed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_known: Mapped[bytes | None] = mapped_column(LargeBinary)  # what a proven e-mail told: returning/known.py
    proven_email: Mapped[str | None] = mapped_column(String(64))  # hash of the one that a code has proven
    booking_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Hold(Base):
    """Our short claim on a slot. Without `expires_at` it belongs to a booking that is being placed."""

    __tablename__ = "hold"
    __table_args__ = (Index("ix_hold_visitor", "visitor", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int]
    family: Mapped[str] = mapped_column(String(64), unique=True)
    account_key: Mapped[str] = mapped_column(String(120))
    practitioner_id: Mapped[str] = mapped_column(String(40))
    group_id: Mapped[str | None] = mapped_column(String(34))  # one place of it is held, not the practitioner's time
    visitor: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class HoldCell(Base):
    """Five minutes of one practitioner's time, or one numbered place of a group appointment (see `holds.place_owner`).

    The primary key is what lets overlaps never pass.
    """

    __tablename__ = "hold_cell"

    account_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    practitioner_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id", ondelete="CASCADE"), index=True)


class Booking(Base):
    """A confirmed draft. Who it is for stands only in `sealed_facts`, until purged.

    `held_at`: when the patient agreed that the request is held while Cliniko cannot be reached.
    """

    __tablename__ = "booking"
    __table_args__ = (
        Index("ix_booking_clinic_day", "clinic_id", "starts_at"),
        Index("ix_booking_clinic_made", "clinic_id", "created_at"),
        Index("ix_booking_clinic_state", "clinic_id", "state", "id"),
        Index("ix_booking_confirmed", "confirmed_at"),
        Index(
            "ix_booking_to_purge", "created_at",
            sqlite_where=text("purged_at IS NULL"), postgresql_where=text("purged_at IS NULL"),
        ),
        Index(
            "ix_booking_person", "person_mark", "ends_at",
            sqlite_where=text("person_mark IS NOT NULL"), postgresql_where=text("person_mark IS NOT NULL"),
        ),
        Index(
            "ix_booking_join_url", "ends_at",
            sqlite_where=text("sealed_join_url IS NOT NULL"), postgresql_where=text("sealed_join_url IS NOT NULL"),
        ),
        Index(
            "ix_booking_messages", "ends_at",
            sqlite_where=text("sealed_messages IS NOT NULL"), postgresql_where=text("sealed_messages IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    family: Mapped[str] = mapped_column(String(64), index=True)
    manage_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(12), index=True)
    account_key: Mapped[str] = mapped_column(String(120))
    service_id: Mapped[str] = mapped_column(String(40))
    location_id: Mapped[str] = mapped_column(String(40))
    practitioner_id: Mapped[str] = mapped_column(String(40))
    any_practitioner: Mapped[bool]
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attribution: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # empty since it is in `sealed_facts`
    sealed_facts: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_messages: Mapped[bytes | None] = mapped_column(LargeBinary)  # see desk_messages.py; gone after as well
    sealed_join_url: Mapped[bytes | None] = mapped_column(LargeBinary)  # see join_links.py; gone after the appointment
    person_mark: Mapped[str | None] = mapped_column(String(64))  # see same_person.py; gone after the appointment
    network: Mapped[str | None] = mapped_column(String(64))  # keyed hash of where it came from; gone when purged
    email_domain: Mapped[str | None] = mapped_column(String(64))  # keyed hash; gone when purged
    group_id: Mapped[str | None] = mapped_column(String(34))  # the group appointment, where it is a place in one
    cliniko_patient_id: Mapped[str | None] = mapped_column(String(40))
    cliniko_appointment_id: Mapped[str | None] = mapped_column(String(40), index=True)
    cliniko_attendee_id: Mapped[str | None] = mapped_column(String(40))
    is_returning: Mapped[bool | None]
    is_minor_alone: Mapped[bool] = mapped_column(default=False, server_default=false())  # under 18, without a guardian
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    missed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str | None] = mapped_column(String(20))
    purged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # at the person's wish: nobody is read back for it
    source: Mapped[str] = mapped_column(String(12), default=Source.ONLINE, server_default="online")
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    move: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    @property
    def subject(self) -> Subject:
        """What its tasks are about."""
        return subject_of(self.id)

    @property
    def is_cancelled(self) -> bool:
        """Whether it is off, for the patient and the clinic; Cliniko may not have been told yet."""
        return self.state in (BookingState.CANCELLING, BookingState.CANCELLED)

    @property
    def last_move(self) -> Move | None:
        """The last wish to move it, however it ended."""
        return Move.from_json(self.move) if self.move else None

    def place(self, choice: Choice) -> None:
        """Make it a booking of this slot."""
        self.practitioner_id, self.location_id = choice.practitioner_id, choice.location_id
        self.service_id, self.any_practitioner = choice.service_id, choice.any_practitioner
        self.starts_at, self.ends_at, self.group_id = choice.starts_at, choice.ends_at, choice.group_id

    @property
    def choice(self) -> Choice:
        return Choice(
            service_id=self.service_id,
            location_id=self.location_id,
            practitioner_id=self.practitioner_id,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            any_practitioner=self.any_practitioner,
            group_id=self.group_id,
        )


class MatchProposal(Base):
    """Something about the patient's record that a person should look at; nothing merges itself.

    kind: `differences` (the record was used, these values differ), `possible_duplicate` (a new record was made although
    these look alike), `several_equal` (more than one record fits; the oldest was used).
    """

    __tablename__ = "match_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(index=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default="open")
    candidate_ids: Mapped[list[str]] = mapped_column(JSON)
    sealed_differences: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
