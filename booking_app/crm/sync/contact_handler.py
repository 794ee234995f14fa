"""The step that sends a booking's contact to one CRM. Whatever else is done there waits for it."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from booking_app.crm.sync.case import Case, Cases, short_note
from booking_app.crm.sync.contacts import Withheld
from booking_app.crm.sync.newest import CANCELLED, OVERTAKEN
from booking_app.crm.sync.planning import StepName
from booking_app.tasks.records import Effect, Work

# In the transaction that finishes the contact's task: (session, its work, whether the account lacked some fields).
PlanRest = Callable[[Session, Work, bool], None]


class ContactHandler:
    """A task handler for every CRM connection; the task says which one. Each act may be repeated without harm.

    `plan_rest` writes the steps that are not planned yet: those of a task from before there were any, and the one that
    waits for fields which the account lacks.
    """

    def __init__(self, cases: Cases, *, plan_rest: PlanRest) -> None:
        self._cases = cases
        self._plan_rest = plan_rest

    def probe(self, work: Work) -> Effect | None:
        """Done when the CRM has every value we would send."""
        try:
            case = self._cases.read(work)
        except Withheld as withheld:
            return Effect(note=withheld.reason)
        if case.facts.is_cancelled:
            return None
        found = case.vendor.contacts.find(case.contact.email)
        if found and found.carries(case.vendor.contacts.payload_of(case.contact_for(found))):
            return self._effect(work, found.remote_id, [])
        return None

    def act(self, work: Work) -> Effect:
        """Write the contact as the booking is now, however old the task."""
        try:
            case = self._cases.read(work)
        except Withheld as withheld:
            return Effect(note=withheld.reason)
        if case.facts.is_cancelled:
            return self._cancelled(work, case)
        found = case.vendor.contacts.find(case.contact.email)
        if found and case.is_overtaken(found.remote_id):
            return self._overtaken(work, case)
        written = case.vendor.contacts.upsert(case.contact_for(found))
        notes = [*written.warnings, *(f"not_in_account:{name}" for name in written.dropped)]
        return self._effect(work, written.remote_id, notes, lacks_fields=bool(written.dropped))

    def _cancelled(self, work: Work, case: Case) -> Effect:
        """A cancelled booking makes no contact; one that is there learns what is booked now."""
        remote_id = self._told_what_is_next(case)
        was_told = remote_id is not None and bool(StepName.read(work.name).occasion)
        return self._effect(work, remote_id, [] if was_told else [CANCELLED])

    def _overtaken(self, work: Work, case: Case) -> Effect:
        """A newer booking of theirs has written the contact: an older one that comes late leaves it so."""
        return self._effect(work, self._told_what_is_next(case), [OVERTAKEN])

    def _told_what_is_next(self, case: Case) -> str | None:
        return case.vendor.contacts.set_next_booking(case.contact.email, case.facts.next_booking_at)

    def _effect(self, work: Work, remote_id: str | None, notes: list[str], *, lacks_fields: bool = False) -> Effect:
        def plan_rest(session: Session) -> None:
            self._plan_rest(session, work, lacks_fields)

        return Effect(remote_id=remote_id, note=short_note(notes), record=plan_rest)
