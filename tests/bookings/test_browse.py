"""What a visitor may look at, and what is left out because somebody else holds it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from booking_app.availability.records import SlotWeek
from booking_app.bookings import browse
from booking_app.bookings.errors import CatalogueMissing
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.failures import RemoteFailure
from booking_app.core.rate_limits.rates import read_rates
from tests.bookings.conftest import NINE, Desk, choose

TUESDAY = date(2026, 11, 24)


def week(desk: Desk, *, practitioner_id: str | None = "p1", token: str | None = None) -> SlotWeek:
    return desk.browse.week(
        desk.clinic, service_id="s1", location_id="l1", practitioner_id=practitioner_id, from_day=TUESDAY, token=token
    )


def starts(found: SlotWeek) -> list[datetime]:
    return [slot.starts_at for day in found.days for slot in day.slots]


class TestAWeek:
    def test_shows_the_days_of_the_location(self, desk: Desk) -> None:
        found = week(desk)
        assert found.days[0].day == TUESDAY
        assert len(found.days[0].slots) == 16
        assert found.days[0].slots[0].starts_at == NINE

    def test_leaves_out_what_others_hold(self, desk: Desk) -> None:
        desk.open()
        assert NINE not in starts(week(desk))

    def test_leaves_out_what_would_run_into_a_hold(self, desk: Desk) -> None:
        desk.open(choose(NINE + timedelta(minutes=30)))
        long = desk.browse.week(desk.clinic, service_id="s2", location_id="l1", practitioner_id="p1", from_day=TUESDAY)
        assert not {NINE, NINE + timedelta(minutes=30)} & set(starts(long))

    def test_shows_a_draft_its_own_time(self, desk: Desk) -> None:
        token = desk.open()
        assert NINE in starts(week(desk, token=token))

    def test_offers_a_time_held_with_one_practitioner_with_the_other(self, desk: Desk) -> None:
        desk.open()
        slot = week(desk, practitioner_id=None).days[0].slots[0]
        assert (slot.starts_at, slot.practitioner_id) == (NINE, "p2")

    def test_shows_a_time_again_when_its_hold_is_over(self, desk: Desk) -> None:
        desk.open()
        desk.clock.advance(minutes=11)
        assert NINE in starts(week(desk))

    def test_begins_today_when_a_past_day_is_asked_for(self, desk: Desk) -> None:
        found = desk.browse.week(
            desk.clinic, service_id="s1", location_id="l1", practitioner_id="p1", from_day=date(2020, 1, 1)
        )
        assert found.days[0].day == date(2026, 11, 21)

    def test_keeps_to_the_clinic_s_lead_time(self, desk: Desk) -> None:
        desk.set_rules(lead_hours=64)
        assert min(starts(week(desk))) == NINE + timedelta(hours=2, minutes=30)

    @pytest.mark.parametrize(("service", "location"), [("s9", "l1"), ("s1", "l9")])
    def test_of_what_is_not_offered_is_a_lookup_error(self, desk: Desk, service: str, location: str) -> None:
        with pytest.raises(LookupError):
            desk.browse.week(desk.clinic, service_id=service, location_id=location, practitioner_id=None)

    def test_writes_no_draft_and_no_hold(self, desk: Desk) -> None:
        token = desk.open()
        before = desk.drafts.load(desk.clinic, token)
        week(desk, token=token)
        assert desk.drafts.load(desk.clinic, token) == before


class TestTheNearestTimes:
    def test_are_three_around_a_lost_one_without_it(self, desk: Desk) -> None:
        lost = choose(NINE + timedelta(hours=2))
        found = desk.browse.nearest(desk.clinic, lost)
        away = [abs(slot.starts_at - lost.starts_at) for slot in found]
        assert len(found) == 3
        assert away == sorted(away)
        assert lost.starts_at not in [slot.starts_at for slot in found if slot.practitioner_id == "p1"]

    def test_leave_out_what_others_hold(self, desk: Desk) -> None:
        lost = choose(NINE + timedelta(hours=2))
        for offset in (-30, 30):
            desk.open(choose(lost.starts_at + timedelta(minutes=offset)))
        found = desk.browse.nearest(desk.clinic, lost)
        assert all(
            abs(slot.starts_at - lost.starts_at) >= timedelta(minutes=60)
            for slot in found
            if slot.practitioner_id == "p1"
        )

    def test_are_none_when_cliniko_cannot_be_asked(self, desk: Desk) -> None:
        desk.practice.is_down = True
        assert desk.browse.nearest(desk.clinic, choose()) == ()

    def test_are_none_for_what_is_not_offered_any_more(self, desk: Desk) -> None:
        assert desk.browse.nearest(desk.clinic, replace(choose(), service_id="s9")) == ()


class TestTheCatalogue:
    @pytest.fixture
    def newcomer(self, desk: Desk) -> Clinic:
        """A clinic that nobody has visited yet."""
        clinic = Clinic(slug="new", name="New Health", time_zone="Australia/Adelaide")
        with desk.database.begin() as session:
            session.add(clinic)
            session.flush()
            session.add(Connection(clinic_id=clinic.id, vendor="cliniko", secret=b"sealed", account_key="au1:7"))
        return clinic

    def test_is_read_on_the_very_first_visit(self, desk: Desk, newcomer: Clinic) -> None:
        service = desk.browse.catalogue(newcomer).service("s1")
        assert service is not None and service.name == "Initial"

    def test_that_cannot_be_read_then_is_missing(self, desk: Desk, newcomer: Clinic) -> None:
        desk.practice.is_down = True
        with pytest.raises(CatalogueMissing):
            desk.browse.catalogue(newcomer)

    def test_is_not_read_again_for_the_next_visitor(self, desk: Desk) -> None:
        del desk.practice.calls[:]
        desk.browse.catalogue(desk.clinic)
        assert desk.practice.calls == []


def test_the_questions_are_those_of_the_service(desk: Desk) -> None:
    desk.publish_waiver()
    asked = desk.browse.questions(desk.clinic, "s1")
    assert [text.key for text in asked.waivers] == ["treatment"]
    assert asked.consents.privacy


class TestWhatAVisitorMayHaveClinikoAsked:
    WEEKS = (TUESDAY, TUESDAY + timedelta(days=7), TUESDAY + timedelta(days=14))

    def look(self, desk: Desk, day: date, network: str) -> SlotWeek:
        return desk.browse.week(
            desk.clinic, service_id="s1", location_id="l1", practitioner_id="p1", from_day=day, asker=((network, 1),)
        )

    def test_ends_for_one_network_and_not_for_another(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(browse, "CALLS_OF_VISITOR", read_rates("2 per minute"))
        first, second, third = self.WEEKS
        for day in (first, second, first, second):
            self.look(desk, day, "hasty")
        with pytest.raises(RemoteFailure, match="visitor_limit"):
            self.look(desk, third, "hasty")
        assert self.look(desk, third, "another").days
        assert self.look(desk, third, "hasty").days, "what somebody else had read costs nothing"

    def test_of_one_clinic_leaves_something_to_others(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(browse, "CALLS_OF_CLINIC", read_rates("2 per minute"))
        first, second, third = self.WEEKS
        self.look(desk, first, "one")
        self.look(desk, second, "two")
        with pytest.raises(RemoteFailure, match="visitor_limit"):
            self.look(desk, third, "three")

    def test_leaves_one_call_for_the_time_that_is_chosen(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(browse, "CALLS_OF_CLINIC", read_rates("1 per hour"))
        self.look(desk, TUESDAY, "one")
        desk.clock.advance(minutes=2)
        assert self.look(desk, TUESDAY, "one").is_stale
        del desk.practice.calls[:]
        assert desk.browse.is_still_free(desk.clinic, choose())
        assert len(desk.practice.calls) == 1
        desk.practice.free[("p1", NINE)] = False
        desk.clock.advance(minutes=2)
        assert not desk.browse.is_still_free(desk.clinic, choose())

    def test_is_no_reason_to_refuse_a_time_while_cliniko_is_away(self, desk: Desk) -> None:
        desk.practice.is_down = True
        assert desk.browse.is_still_free(desk.clinic, choose())
