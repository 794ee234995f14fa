"""When each practitioner is free first, of what was read anyway."""

from collections.abc import Sequence
from datetime import date, timedelta

from booking_app.availability.first_times import Asking, FirstTimes, People
from booking_app.availability.records import KeepFree, Slot, Window, keep_all
from tests.availability.conftest import ADELAIDE, PERTH, Clinic, at

MONDAY = date(2026, 11, 23)
NEXT_MONDAY = MONDAY + timedelta(days=7)
LAST_DAY = date(2027, 1, 22)


def known(
    clinic: Clinic, people: Sequence[str] = ("mia", "tom"), *, lead_hours: int = 0, keep_free: KeepFree = keep_all
) -> FirstTimes:
    rules = Window(earliest_at=clinic.clock.now() + timedelta(hours=lead_hours), latest_day=LAST_DAY)
    asking = Asking(account_key="au1-31001", service_id="physio", account_zone="Australia/Adelaide", minutes=30)
    everywhere = [People(ADELAIDE, people, rules), People(PERTH, people, rules)]
    return clinic.availability.first_times(asking, everywhere, keep_free)


def test_everybody_of_a_week_that_was_read_has_their_first_time_and_nobody_is_asked(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(MONDAY, 14), at(MONDAY, 15)])
    clinic.practice.offer("tom", [at(MONDAY, 10)])
    clinic.days(practitioner_ids=["mia", "tom"])
    asked = len(clinic.practice.calls)
    assert known(clinic) == {("adelaide", "mia"): at(MONDAY, 14), ("adelaide", "tom"): at(MONDAY, 10)}
    assert len(clinic.practice.calls) == asked


def test_a_location_that_nobody_asked_for_is_unknown(clinic: Clinic) -> None:
    assert known(clinic) == {}


def test_a_week_without_any_time_says_so(clinic: Clinic) -> None:
    clinic.days()
    assert known(clinic, ["mia"]) == {("adelaide", "mia"): None}


def test_a_later_week_alone_says_nothing_of_the_first_time(clinic: Clinic) -> None:
    """Somebody paged on: what is free there is not the first that is free."""
    clinic.practice.offer("mia", [at(NEXT_MONDAY, 10)])
    clinic.days(from_day=NEXT_MONDAY)
    assert known(clinic, ["mia"]) == {}
    clinic.days()
    assert known(clinic, ["mia"]) == {("adelaide", "mia"): at(NEXT_MONDAY, 10)}


def test_what_was_read_long_ago_is_not_told(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(MONDAY, 14)])
    clinic.days()
    clinic.clock.advance(minutes=11)
    assert known(clinic, ["mia"]) == {}


def test_a_time_that_is_past_too_near_or_held_is_nobodys_first(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(MONDAY, 9), at(MONDAY, 10), at(MONDAY, 14), at(MONDAY, 16)])
    clinic.days()

    def not_at_two(slots: Sequence[Slot]) -> list[Slot]:
        return [slot for slot in slots if slot.starts_at != at(MONDAY, 14)]

    assert known(clinic, ["mia"], lead_hours=2, keep_free=not_at_two) == {("adelaide", "mia"): at(MONDAY, 16)}


def test_a_time_found_gone_is_not_the_first_any_more(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(MONDAY, 14), at(MONDAY, 15)])
    clinic.days()
    clinic.practice.take("mia", at(MONDAY, 14))
    live = clinic.ask(starts_at=at(MONDAY, 14), practitioner_id="mia")
    for name in ("practitioner_ids", "rules", "minutes"):
        del live[name]
    clinic.availability.live(**live)
    assert known(clinic, ["mia"]) == {("adelaide", "mia"): at(MONDAY, 15)}
