"""The steps after the contact: missing fields, lists and tags, the booking's record, and consent.

Each is a task of its own. A failure of one touches neither the contact nor another step: what a setting has to
fix parks the one step, named, and it goes on after fixing. Each writes the newest state of the booking, and looks at
what is there before it makes anything, so that it may be repeated and overtaken.
"""

from typing import Protocol

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.outbound_http.errors import VendorMissing, VendorRefused
from booking_app.crm.sync.bookings import record_of
from booking_app.crm.sync.case import Case, Cases
from booking_app.crm.sync.contacts import Withheld
from booking_app.crm.sync.newest import CANCELLED, OVERTAKEN
from booking_app.crm.sync.planning import CONSENT, FIELDS, RECORD, TAGS
from booking_app.tasks.records import Effect, Work

NO_CONTACT = "no_contact"
NAMED_FIELDS = 3
LACKS_A_RIGHT = (":MISSING_SCOPES", ":scope")
KEPT_NOTES = ("kept_opt_out", "resubscribed")


class Step(Protocol):
    """What one step does for a contact that is there."""

    def is_needed(self, case: Case) -> bool: ...
    def do(self, case: Case, contact_id: str) -> Effect:
        """Raises VendorMissing when the contact is not there any more under this id."""
        ...


class StepHandler:
    """A task handler around a step: opens the case, finds the contact, and looks again when it has moved."""

    def __init__(self, cases: Cases, step: Step) -> None:
        self._cases = cases
        self._step = step

    def probe(self, work: Work) -> Effect | None:
        """Nothing to ask before: every step reads what is there, or sets a value, before it makes anything."""
        return None

    def act(self, work: Work) -> Effect:
        try:
            case = self._cases.read(work)
        except Withheld as withheld:
            return Effect(note=withheld.reason)
        if not self._step.is_needed(case):
            return Effect(note=CANCELLED if case.facts.is_cancelled else None)
        contact_id = case.contact_id()
        if contact_id is None:
            return Effect(note=CANCELLED if case.facts.is_cancelled else NO_CONTACT)
        try:
            return self._step.do(case, contact_id)
        except VendorMissing as missing:
            return self._again(case, contact_id, missing)
        except VendorRefused as refusal:
            raise _of_this_step(refusal) from None

    def _again(self, case: Case, known_id: str, missing: VendorMissing) -> Effect:
        """The contact was merged into another one, or somebody has deleted it, which is kept."""
        contact_id = case.found_id()
        if contact_id is None:
            return Effect(note=NO_CONTACT)
        if contact_id == known_id:
            raise missing
        return self._step.do(case, contact_id)


class MissingFields:
    """Parked until the account has the fields that the contact came without."""

    def is_needed(self, case: Case) -> bool:
        return not case.facts.is_cancelled

    def do(self, case: Case, contact_id: str) -> Effect:
        if case.is_overtaken(contact_id):
            return Effect(note=OVERTAKEN)
        written = case.vendor.contacts.upsert(case.contact_for(case.vendor.contacts.find(case.contact.email)))
        if written.dropped:
            raise RemoteFailure(_no_field(case.config.vendor, written.dropped), failure=Failure.CONFIG)
        return Effect(remote_id=written.remote_id)


class ListsTags:
    """The list and the tags that the clinic wants its contacts to have. Both are sets: repeats add nothing."""

    def is_needed(self, case: Case) -> bool:
        return not case.facts.is_cancelled and bool(case.config.list_id or case.config.tags)

    def do(self, case: Case, contact_id: str) -> Effect:
        if case.config.list_id:
            case.vendor.add_to_list(contact_id, case.config.list_id)
        if case.config.tags:
            case.vendor.contacts.add_tags(contact_id, case.config.tags)
        return Effect(remote_id=contact_id)


class Record:
    """The booking written down beside the contact. One that is cancelled changes what is there and makes nothing."""

    def is_needed(self, case: Case) -> bool:
        return True

    def do(self, case: Case, contact_id: str) -> Effect:
        record = record_of(case.facts, case.contact)
        if not case.facts.is_cancelled:
            return Effect(remote_id=case.vendor.bookings.record(contact_id, record))
        remote_id = case.vendor.bookings.update(contact_id, record)
        return Effect(remote_id=remote_id, note=None if remote_id else CANCELLED)


class Consent:
    """The vendor's own subscription follows the box of the newest booking; an opt-out that stands there is kept."""

    def is_needed(self, case: Case) -> bool:
        return not case.facts.is_cancelled and case.facts.email_consent is not None

    def do(self, case: Case, contact_id: str) -> Effect:
        if case.facts.email_consent is None:
            return Effect()
        if case.is_overtaken(contact_id):
            return Effect(note=OVERTAKEN)
        change = case.vendor.consents.follow(case.contact.email, case.facts.email_consent)
        return Effect(note=f"consent:{change}" if change in KEPT_NOTES else None)


def _of_this_step(refusal: VendorRefused) -> RemoteFailure:
    """A token without the right to lists or meetings still serves for contacts: only the step waits for it."""
    return RemoteFailure(refusal.code, failure=Failure.CONFIG) if refusal.code.endswith(LACKS_A_RIGHT) else refusal


def step_handlers(cases: Cases) -> dict[str, StepHandler]:
    """A handler for each kind of task that follows a contact."""
    steps: dict[str, Step] = {FIELDS: MissingFields(), TAGS: ListsTags(), RECORD: Record(), CONSENT: Consent()}
    return {kind: StepHandler(cases, step) for kind, step in steps.items()}


def _no_field(vendor: str, names: tuple[str, ...]) -> str:
    """A code that stays the same for the same fields, so that a clinic is told of them once."""
    more = f"+{len(names) - NAMED_FIELDS}" if len(names) > NAMED_FIELDS else ""
    return f"{vendor}_no_field:{','.join(names[:NAMED_FIELDS])}{more}"
