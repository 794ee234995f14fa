"""Until when a patient may move or cancel online, and the one sentence that says so on every page and in every mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking_app.clinics.records import BookingRules
from booking_app.core.dates import clock_time, full_day


@dataclass(frozen=True)
class Deadlines:
    """The last moment for each; None where it has passed."""

    move_until: datetime | None
    cancel_until: datetime | None

    def open_at(self, now: datetime) -> "Deadlines":
        """What is still ahead at that moment."""
        return Deadlines(
            self.move_until if self.move_until is not None and now <= self.move_until else None,
            self.cancel_until if self.cancel_until is not None and now <= self.cancel_until else None,
        )

    @property
    def is_over(self) -> bool:
        return self.move_until is None and self.cancel_until is None

    def sentence(self, time_zone: str) -> str:
        """What can still be done online, and until when, on the clocks of the zone."""
        if self.move_until and self.cancel_until:
            move, cancel = moment(self.move_until, time_zone), moment(self.cancel_until, time_zone)
            if move == cancel:
                return f"You can change or cancel online until {move}."
            return f"You can change the time online until {move}, and cancel online until {cancel}."
        if self.cancel_until:
            until = moment(self.cancel_until, time_zone)
            return f"You can cancel online until {until}. It is too late to change the time online."
        if self.move_until:
            until = moment(self.move_until, time_zone)
            return f"You can change the time online until {until}. It is too late to cancel online."
        return "It is too late to change or cancel this appointment online."


def deadlines_of(rules: BookingRules, starts_at: datetime) -> Deadlines:
    """The deadlines of an appointment that starts then, by the clinic's rules."""
    return Deadlines(
        move_until=starts_at - timedelta(hours=rules.reschedule_notice_hours),
        cancel_until=starts_at - timedelta(hours=rules.cancel_notice_hours),
    )


def moment(at: datetime, time_zone: str) -> str:
    """`9:00 am on Monday 23 November 2026` in the zone."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{clock_time(local)} on {full_day(local.date())}"
