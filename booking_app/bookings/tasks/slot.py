"""Is the slot still free in Cliniko? Asked live, right before anything is written there."""

from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking
from booking_app.bookings.tasks.base import PracticeEffect, StillOffered, Tools
from booking_app.bookings.tasks.losing import lose_slot
from booking_app.pms.practice import Practice
from booking_app.tasks.records import Effect, Stop, Work


def _is_ours_already(practice: Practice, booking: Booking) -> bool:
    """Whether this very booking takes the time: so it is when an older database was restored."""
    found = practice.overlapping(
        practitioner_id=booking.practitioner_id, starts_at=booking.starts_at, ends_at=booking.ends_at
    )
    return any(booking.reference in one.note for one in found)


class RecheckSlot(PracticeEffect):
    """The task `slot`. It changes nothing remotely, so it has nothing to probe for."""

    def __init__(self, tools: Tools, *, still_offered: StillOffered) -> None:
        super().__init__(tools)
        self._still_offered = still_offered

    def probe(self, work: Work) -> Effect | None:
        return None

    def act(self, work: Work) -> Effect | Stop:
        facts = self.facts(work)
        now = self._clock.now()
        is_ahead = facts.booking.starts_at > now
        practice = self.practice(work)
        if is_ahead and self._still_offered(practice, facts):
            return Effect()
        if is_ahead and _is_ours_already(practice, facts.booking):
            return Effect(note="ours_already")

        def record(session: Session) -> None:
            lose_slot(session, work.subject_id, now)

        return Stop("slot_taken", record)
