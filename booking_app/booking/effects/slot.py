"""Is the slot still free in Cliniko? Asked live, right before anything is written there."""

from sqlalchemy.orm import Session

from booking_app.booking.effects.base import PracticeEffect, StillOffered, Tools
from booking_app.booking.effects.losing import lose_slot
from booking_app.ledger.records import Effect, Stop, Work


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
        if is_ahead and self._still_offered(self.practice(work), facts):
            return Effect()

        def record(session: Session) -> None:
            lose_slot(session, work.booking_id, now)

        return Stop("slot_taken", record)
