"""Is the slot still free in Cliniko? Asked live, right before anything is written there."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from booking_app.bookings import holds
from booking_app.bookings.errors import SlotGone
from booking_app.bookings.facts import BookingFacts, call_as_now
from booking_app.bookings.models import Booking
from booking_app.bookings.records import Choice
from booking_app.bookings.tasks.base import IsOffered, PracticeEffect, Tools
from booking_app.bookings.tasks.losing import lose_slot
from booking_app.clinics.models import Clinic
from booking_app.core.sealing import Keyring
from booking_app.pms.practice import Practice
from booking_app.tasks.records import Effect, Stop, Work

MOST_UNITS = 3  # each is a call to Cliniko while the patient waits

OtherUnits = Callable[[Clinic, Choice], Sequence[Choice]]


class RecheckSlot(PracticeEffect):
    """The task `slot`. It changes nothing remotely, so it has nothing to probe for."""

    def __init__(self, tools: Tools, *, is_offered: IsOffered, other_units: OtherUnits, keyring: Keyring) -> None:
        super().__init__(tools)
        self._is_offered = is_offered
        self._other_units = other_units
        self._keyring = keyring

    def probe(self, work: Work) -> Effect | None:
        return None

    def act(self, work: Work) -> Effect | Stop:
        facts = self.facts(work)
        now = self._clock.now()
        if facts.booking.starts_at > now:
            effect = self._found(work, facts)
            if effect is not None:
                return effect

        def record(session: Session) -> None:
            lose_slot(session, work.subject_id, now)

        return Stop("slot_taken", record)

    def _found(self, work: Work, facts: BookingFacts) -> Effect | None:
        practice = self.practice(work)
        if self._is_offered(practice, facts.clinic, facts.booking.choice):
            return Effect()
        if _is_ours_already(practice, facts.booking):
            return Effect(note="ours_already")
        for choice in self._other_units(facts.clinic, facts.booking.choice)[:MOST_UNITS]:
            if self._is_offered(practice, facts.clinic, choice) and self._take_instead(work, choice):
                return Effect(note="other_unit")
        return None

    def _take_instead(self, work: Work, choice: Choice) -> bool:
        """Make it a booking of that unit, in a transaction of its own; False when another patient holds the unit."""
        try:
            with self._database.begin() as session:
                booking = session.get_one(Booking, work.subject_id, with_for_update=True)
                holds.exchange(session, booking.family, choice, self._clock.now())
                booking.place(choice)
                call_as_now(session, self._keyring, booking)
        except SlotGone:
            return False
        return True


def _is_ours_already(practice: Practice, booking: Booking) -> bool:
    """Whether this very booking takes the time: so it is when an older database was restored."""
    if booking.group_id is not None:
        return practice.find_place(booking.group_id, patient_id=None, marker=booking.reference) is not None
    found = practice.overlapping(
        practitioner_id=booking.practitioner_id, starts_at=booking.starts_at, ends_at=booking.ends_at
    )
    return any(booking.reference in one.note for one in found)
