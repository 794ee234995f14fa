"""The practice system in memory, where the caller's process may end within any call."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from booking_app.pms.records import Appointment, NewAppointment
from tests.bookings.fakes import FakePractice

T = TypeVar("T")
MINUTES = {"s1": 30, "s2": 60}


class PowerCut(BaseException):
    """The process ends here; nothing of ours catches it."""


@dataclass
class FragilePractice(FakePractice):
    """Calls named in `cut_before` and `cut_after` end the process before or after they took effect.

    A time is free when nothing that lives overlaps it, as in Cliniko. Before each creation in `races` the front desk
    takes the very same time.
    """

    cut_before: list[str] = field(default_factory=list)
    cut_after: list[str] = field(default_factory=list)
    races: list[str] = field(default_factory=list)

    def living(self) -> list[Appointment]:
        return [one for one in self.appointments.values() if not one.is_archived and not one.is_cancelled]

    def is_free(self, practitioner_id: str, starts_at: datetime, ends_at: datetime) -> bool:
        return not self.overlapping(practitioner_id=practitioner_id, starts_at=starts_at, ends_at=ends_at)

    def calm(self) -> None:
        """Everything works again."""
        self.is_down = False
        for planned in (self.fail_before, self.fail_after, self.cut_before, self.cut_after, self.races):
            planned.clear()

    def slot_starts(
        self, *, location_id: str, practitioner_id: str, service_id: str, from_day: date, to_day: date
    ) -> tuple[datetime, ...]:
        self._enter("slot_starts")
        lasts = timedelta(minutes=MINUTES[service_id])
        starts = sorted(at for who, at in self.free if who == practitioner_id)
        return tuple(at for at in starts if self.is_free(practitioner_id, at, at + lasts))

    def create_appointment(self, appointment: NewAppointment) -> Appointment:
        if self.races:
            self.races.pop()
            self.receptionist_books(appointment.practitioner_id, appointment.starts_at, appointment.ends_at)
        return super().create_appointment(appointment)

    def _enter(self, name: str) -> None:
        if name in self.cut_before:
            self.cut_before.remove(name)
            raise PowerCut
        super()._enter(name)

    def _write(self, name: str, do: Callable[[], T]) -> T:
        result = super()._write(name, do)
        if name in self.cut_after:
            self.cut_after.remove(name)
            raise PowerCut
        return result
