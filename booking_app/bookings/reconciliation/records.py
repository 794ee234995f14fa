"""What a comparison finds, does and reports, with the words a receptionist reads."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    APPOINTMENT_CANCELLED = "appointment_cancelled"
    APPOINTMENT_ARCHIVED = "appointment_archived"
    APPOINTMENT_MOVED = "appointment_moved"
    APPOINTMENT_ATTENDANCE = "appointment_attendance"
    APPOINTMENT_MISSING = "appointment_missing"
    APPOINTMENT_LIVE = "appointment_live"
    FORM_MISSING = "form_missing"
    FORM_ARCHIVED = "form_archived"
    FORM_UNFINISHED = "form_unfinished"
    FORM_UNNOTED = "form_unnoted"
    DOCUMENT_MISSING = "document_missing"
    DOCUMENT_ARCHIVED = "document_archived"
    DOCUMENT_UNNOTED = "document_unnoted"
    CONTACT_MISSING = "contact_missing"


class Done(StrEnum):
    FOLLOWED = "followed"  # the booking here became what Cliniko says
    REPLAYED = "replayed"  # its task is done again; it looks before it repeats
    LEFT = "left"  # a person made it so, and it stays
    SETTLED = "settled"  # a person has looked at the same difference before
    NEEDS_PERSON = "needs_person"


KIND_WORDS = {
    Kind.APPOINTMENT_CANCELLED: "The appointment was cancelled in Cliniko.",
    Kind.APPOINTMENT_ARCHIVED: "The appointment was archived in Cliniko.",
    Kind.APPOINTMENT_MOVED: "The appointment was moved in Cliniko.",
    Kind.APPOINTMENT_ATTENDANCE: "Cliniko has noted that the patient did not come, or did after all.",
    Kind.APPOINTMENT_MISSING: "Cliniko shows no such appointment.",
    Kind.APPOINTMENT_LIVE: "The appointment still stands in Cliniko, though the booking is over here.",
    Kind.FORM_MISSING: "The patient's form is not in Cliniko.",
    Kind.FORM_ARCHIVED: "The patient's form was archived in Cliniko.",
    Kind.FORM_UNFINISHED: "The patient's form in Cliniko is not marked as completed.",
    Kind.FORM_UNNOTED: "The patient's form is in Cliniko, though its step had stopped here.",
    Kind.DOCUMENT_MISSING: "The signed document is not among the patient's files in Cliniko.",
    Kind.DOCUMENT_ARCHIVED: "The signed document was archived in Cliniko.",
    Kind.DOCUMENT_UNNOTED: "The signed document is in Cliniko, though its step had stopped here.",
    Kind.CONTACT_MISSING: "The contact is not in the marketing system any more.",
}
DONE_WORDS = {
    Done.FOLLOWED: "The booking here follows Cliniko, and the marketing system is told.",
    Done.REPLAYED: "It is being done again.",
    Done.LEFT: "Nothing: somebody decided this in Cliniko.",
    Done.SETTLED: "Nothing: somebody at the clinic has looked at it.",
    Done.NEEDS_PERSON: "Please look at it.",
}
# What a person can do, where the difference is left to one.
ADVICE = {
    Kind.APPOINTMENT_MISSING: "Look for the patient's appointment in Cliniko. It is never made again by itself.",
    Kind.APPOINTMENT_LIVE: "If the patient is not expected, cancel the appointment in Cliniko.",
    Kind.FORM_MISSING: "The answers are no longer kept here. Ask the patient to fill in the form again.",
    Kind.FORM_UNFINISHED: "Open the form in Cliniko and complete it.",
    Kind.DOCUMENT_MISSING: "The file is no longer kept here. Ask the patient to sign again, or attach their copy.",
    Kind.CONTACT_MISSING: (
        "Somebody may have erased it on purpose, or the e-mail address was changed in Cliniko. "
        "It is not made again before the next booking."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A difference before anything was done about it. `task_id` is what could be done again."""

    kind: Kind
    ours: str
    theirs: str
    task_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """One row of a report. `ours` and `theirs` are states, codes and UTC times."""

    id: int
    booking_id: int
    reference: str
    kind: Kind
    ours: str
    theirs: str
    done: Done
    found_at: datetime

    @property
    def what(self) -> str:
        return KIND_WORDS[self.kind]

    @property
    def was_done(self) -> str:
        return advice_on(self.kind) if self.needs_person else DONE_WORDS[self.done]

    @property
    def needs_person(self) -> bool:
        return self.done is Done.NEEDS_PERSON


def advice_on(kind: Kind) -> str:
    """What a person can do about a difference that is left to one."""
    return ADVICE.get(kind, DONE_WORDS[Done.NEEDS_PERSON])


@dataclass(frozen=True, kw_only=True)
class OpenDifference:
    """All that waits for a person at one clinic and is of one kind, the newest bookings first."""

    clinic_id: int
    kind: Kind
    references: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Run:
    """How far a comparison has come. `left_out` bookings belong to another Cliniko account than the present one."""

    id: int
    clinic_id: int
    started_at: datetime
    finished_at: datetime | None
    checked: int
    total: int
    left_out: int
    skipped: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """A comparison and what it found, in the order of the bookings."""

    run: Run
    mismatches: tuple[Mismatch, ...]

    @property
    def for_a_person(self) -> tuple[Mismatch, ...]:
        return tuple(each for each in self.mismatches if each.needs_person)


class RunTaken(Exception):
    """Another process is at this comparison right now."""
