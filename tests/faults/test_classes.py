"""Classes: one place of a group appointment for each booking, whoever else reaches for it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking_app.bookings.front_desk_sync.models import DeskCursor
from booking_app.bookings.models import Booking
from booking_app.clinics.clinics import find_clinic
from booking_app.pms.client.resources.attendees import AttendeesResource
from tests.faults.shop import LOCATION, Shop
from tests.faults.test_cost_of_confirming import called
from tests.faults.test_moving import address, last_move, move
from tests.faults.test_moving import choose as choose_other
from tests.pages.shared.client import Page

PILATES = "1100001000110870799"
MIA = "1100001000205902795"


def groups(shop: Shop) -> list[Mapping[str, Any]]:
    """The classes from a week on, the first first."""
    later = f"{datetime.now(UTC) + timedelta(days=7):%Y-%m-%dT00:00:00Z}"
    rows = shop.sandbox.control.records("demo", "group_appointments", appointment_type_id=PILATES)
    return sorted((row for row in rows if row["starts_at"] >= later), key=lambda row: str(row["starts_at"]))


def attendees(shop: Shop, group: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Who has a place."""
    rows = shop.sandbox.control.records("demo", "attendees", booking_id=group["id"])
    return [row for row in rows if not row["archived_at"] and not row.get("cancelled_at")]


def leave(shop: Shop, group: Mapping[str, Any], places: int) -> None:
    """Let the class have so many places left."""
    shop.sandbox.control.change(
        "demo", "group_appointments", group["id"], max_attendees=len(attendees(shop, group)) + places
    )


def ours(shop: Shop) -> list[Mapping[str, Any]]:
    return [row for row in shop.mine("attendees") if "BK-" in (row.get("notes") or "")]


def value_of(group: Mapping[str, Any]) -> str:
    return f"{int(datetime.fromisoformat(str(group['starts_at'])).timestamp())}-{MIA}"


def times(shop: Shop, group: Mapping[str, Any] | None = None) -> Page:
    day = str((group or groups(shop)[0])["starts_at"])[:10]
    return shop.client.page(f"/b/demo/times?service={PILATES}&location={LOCATION}&from={day}")


def choose(shop: Shop, group: Mapping[str, Any]) -> str:
    page = times(shop, group)
    answer = shop.client.send(page.form_to("/times"), {"token": page.token(), "slot": value_of(group)})
    return str(answer.headers["Location"])


def book(shop: Shop, group: Mapping[str, Any], **changes: Any) -> str:
    return shop.confirm(shop.fill(choose(shop, group), **changes))


@pytest.fixture
def group(shop: Shop) -> Mapping[str, Any]:
    """The first class, with three places left; the next has some as well."""
    first, second, *_ = groups(shop)
    leave(shop, first, 3)
    leave(shop, second, 5)
    return first


class TestBooking:
    def test_a_class_is_offered_with_the_places_that_are_left(self, shop: Shop, group: Mapping[str, Any]) -> None:
        page = times(shop, group)
        assert value_of(group) in page.values("slot")
        assert "3 places left" in page.text
        assert "group of up to 8" in page.text

    def test_a_place_is_taken_with_a_form_and_a_document_of_its_own(self, shop: Shop, group: Mapping[str, Any]) -> None:
        done = book(shop, group)
        assert done.endswith("/done")
        shop.work()
        (attendee,) = ours(shop)
        assert attendee["booking_id"] == group["id"]
        assert shop.mine("individual_appointments") == []
        (form,) = shop.mine("patient_forms")
        assert form["attendee_id"] == attendee["id"]
        assert len(shop.mine("attachments")) == 1
        assert {name: task.state for name, task in shop.tasks().items() if task.state != "done"} == {}
        booking = shop.booking()
        assert (booking.group_id, booking.cliniko_appointment_id) == (group["id"], f"attendee/{attendee['id']}")
        assert f"{booking.ends_at:%Y-%m-%dT%H:%M:%SZ}" == group["ends_at"]

    def test_two_places_of_one_class_are_two_bookings(self, shop: Shop, group: Mapping[str, Any]) -> None:
        book(shop, group)
        shop.work()
        book(shop, group, first_name="Kim", email="kim@example.com")
        shop.work()
        assert len({row["patient_id"] for row in ours(shop)}) == 2
        assert len({row["attendee_id"] for row in shop.mine("patient_forms")}) == 2
        assert "1 place left" in times(shop, group).text

    def test_a_held_place_counts_and_the_others_stay_open(self, shop: Shop, group: Mapping[str, Any]) -> None:
        choose(shop, group)
        assert "2 places left" in times(shop, group).text
        choose(shop, group)
        choose(shop, group)
        assert value_of(group) not in times(shop, group).values("slot")

    def test_a_full_class_is_not_offered_but_the_next_is(self, shop: Shop, group: Mapping[str, Any]) -> None:
        leave(shop, group, 0)
        page = times(shop, group)
        assert value_of(group) not in page.values("slot")
        assert "5 places left" in page.text

    def test_the_last_place_is_free_again_at_once_when_its_hold_ends(
        self, shop: Shop, group: Mapping[str, Any]
    ) -> None:
        leave(shop, group, 1)
        choose(shop, group)
        assert value_of(group) not in times(shop, group).values("slot")
        shop.clock.ahead += timedelta(minutes=11)
        assert book(shop, group).endswith("/done")

    def test_after_a_booking_nobody_waits_for_the_list_to_be_read_again(
        self, shop: Shop, group: Mapping[str, Any]
    ) -> None:
        leave(shop, group, 2)
        book(shop, group)
        assert "1 place left" in times(shop, group).text, "neither two nor none"
        shop.clock.ahead += timedelta(minutes=2)
        assert "1 place left" in times(shop, group).text

    def test_what_a_place_costs_in_calls(self, shop: Shop, group: Mapping[str, Any]) -> None:
        page = times(shop, group)
        assert len([call for call in called(shop) if "group_appointments" in call or "attendees" in call]) == 2
        answer = shop.client.send(page.form_to("/times"), {"token": page.token(), "slot": value_of(group)})
        page = shop.client.page(shop.fill(answer.headers["Location"]))
        before = len(called(shop))
        shop.client.send(page.form_to("/confirm"), {"token": page.token()})
        assert shop.booking().state == "confirmed"
        assert len(called(shop)) - before <= 9, called(shop)[before:]
        shop.sandbox.control.set_knob(attachment_lag_reads=0)
        shop.work(rounds=20, seconds=8)
        assert len(called(shop)) - before <= 14, called(shop)[before:]


class TestLosing:
    def test_the_last_place_taken_before_confirming_offers_the_next_three(
        self, shop: Shop, group: Mapping[str, Any]
    ) -> None:
        leave(shop, group, 1)
        check = shop.fill(choose(shop, group))
        shop.sandbox.control.receptionist_adds("demo", group_id=group["id"])
        page = shop.client.page(shop.confirm(check))
        assert "That time was just taken" in page.text
        assert len(page.values("slot")[:3]) == 3
        assert ours(shop) == []
        answer = shop.client.send(page.form_to("/times"), {"token": page.token(), "slot": page.values("slot")[0]})
        assert answer.headers["Location"].endswith("/check"), "nothing typed is lost"
        assert shop.confirm(answer.headers["Location"]).endswith("/done")

    @pytest.mark.parametrize("full", ["accept", "422"])
    def test_the_last_place_taken_between_check_and_place(
        self, shop: Shop, group: Mapping[str, Any], full: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The front desk is faster by a moment; ours is taken back, or was refused."""
        leave(shop, group, 1)
        shop.sandbox.control.set_knob(full_group=full)
        check = shop.fill(choose(shop, group))
        taken = joined_before(shop, group, monkeypatch)
        page = shop.client.page(shop.confirm(check))
        assert "That time was just taken" in page.text
        assert shop.booking().state == "slot_lost"
        assert set(taken) <= {row["id"] for row in attendees(shop, group)}
        assert [row for row in ours(shop) if not row["archived_at"]] == []

    def test_of_two_of_ours_the_lower_id_stays(self, shop: Shop, group: Mapping[str, Any]) -> None:
        book(shop, group)
        leave(shop, group, 0)
        shop.sandbox.control.receptionist_adds("demo", group_id=group["id"])
        practice = shop.services.practices(1)
        place = shop.booking().cliniko_appointment_id or ""
        assert not practice.has_conflict(place), "the one who came last is one too many"

    def test_a_class_that_was_taken_out_of_the_calendar_is_lost(self, shop: Shop, group: Mapping[str, Any]) -> None:
        check = shop.fill(choose(shop, group))
        shop.sandbox.control.change("demo", "group_appointments", group["id"], archived_at="2026-11-01T00:00:00Z")
        assert "lost" in shop.confirm(check)


def joined_before(shop: Shop, group: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the front desk join the class right before our attendee is made; gives whom it has made."""
    joined: list[str] = []
    create = AttendeesResource.create

    def slower(self: AttendeesResource, **given: Any) -> Any:
        if not joined:
            joined.append(shop.sandbox.control.receptionist_adds("demo", group_id=group["id"]))
        return create(self, **given)

    monkeypatch.setattr(AttendeesResource, "create", slower)
    return joined


class TestFaults:
    @pytest.mark.parametrize("after_commit", [True, False])
    def test_a_lost_answer_never_takes_two_places(
        self, shop: Shop, group: Mapping[str, Any], after_commit: bool
    ) -> None:
        check = shop.fill(choose(shop, group))
        shop.sandbox.control.fault("status", method="POST", path="/attendees", status=504, after_commit=after_commit)
        shop.confirm(check)
        shop.work(rounds=30)
        assert shop.booking().state == "confirmed"
        assert len(ours(shop)) == 1

    def test_a_place_that_is_listed_late_is_not_taken_twice(self, shop: Shop, group: Mapping[str, Any]) -> None:
        check = shop.fill(choose(shop, group))
        shop.sandbox.control.set_knob(attendee_lag_reads=8)
        shop.sandbox.control.fault("status", method="POST", path="/attendees", status=504, after_commit=True)
        shop.confirm(check)
        shop.work(rounds=40)
        assert shop.booking().state == "confirmed"
        assert len(ours(shop)) == 1

    def test_withdrawing_takes_a_place_back_whose_answer_was_lost(self, shop: Shop, group: Mapping[str, Any]) -> None:
        check = shop.fill(choose(shop, group))
        shop.sandbox.control.fault("status", method="POST", path="/attendees", status=504, after_commit=True)
        shop.sandbox.control.fault("status", method="GET", path="/attendees", status=503, times=None)
        waiting = shop.confirm(check)
        shop.clock.ahead += timedelta(seconds=30)
        page = shop.client.page(waiting)
        shop.client.send(page.form_to("/withdraw"), {"token": page.token()})
        shop.sandbox.control.clear_faults()
        shop.work(rounds=20, seconds=30)
        assert shop.booking().state == "withdrawn"
        assert [row for row in ours(shop) if not row["archived_at"]] == []


class TestChanging:
    def test_moving_takes_a_place_in_the_other_class_and_frees_the_first(
        self, shop: Shop, group: Mapping[str, Any]
    ) -> None:
        book(shop, group)
        shop.work()
        before = len(attendees(shop, group))
        page = move(shop, choose_other(shop, index=0))
        assert "Your appointment was moved" in page.text
        shop.work()
        booking = shop.booking()
        assert booking.group_id != group["id"]
        assert len(attendees(shop, group)) == before - 1
        (standing,) = [row for row in ours(shop) if not row["archived_at"]]
        assert standing["booking_id"] == booking.group_id
        assert booking.cliniko_appointment_id == f"attendee/{standing['id']}"
        (form,) = shop.mine("patient_forms")
        assert form["attendee_id"] == standing["id"], "the form goes along"
        assert {name: task.state for name, task in shop.tasks().items() if task.state != "done"} == {}

    def test_moving_to_a_class_that_filled_up_leaves_everything_as_it_was(
        self, shop: Shop, group: Mapping[str, Any]
    ) -> None:
        book(shop, group)
        shop.work()
        check = choose_other(shop, index=0)
        leave(shop, groups(shop)[1], 0)
        move(shop, check)
        assert last_move(shop).outcome == "lost"
        (standing,) = [row for row in ours(shop) if not row["archived_at"]]
        assert standing["booking_id"] == group["id"]

    @pytest.mark.parametrize("path", ["/attendees", "/archive"])
    def test_a_lost_answer_while_moving_leaves_one_place(self, shop: Shop, group: Mapping[str, Any], path: str) -> None:
        book(shop, group)
        shop.work()
        check = choose_other(shop, index=0)
        shop.sandbox.control.fault("status", method="POST", path=path, status=504, after_commit=True)
        move(shop, check)
        shop.work(rounds=40)
        assert last_move(shop).outcome == "moved"
        (standing,) = [row for row in ours(shop) if not row["archived_at"]]
        assert standing["booking_id"] == shop.booking().group_id != group["id"]

    def test_cancelling_gives_up_the_place_alone(self, shop: Shop, group: Mapping[str, Any]) -> None:
        book(shop, group)
        shop.work()
        others = len(attendees(shop, group)) - 1
        page = shop.client.page(f"{address(shop)}/cancel")
        shop.client.send(page.form_to("/cancel"), {"token": page.token(), "reason": "work"})
        shop.work()
        (attendee,) = ours(shop)
        assert attendee["cancelled_at"]
        assert not attendee["archived_at"]
        assert len(attendees(shop, group)) == others
        assert shop.booking().state == "cancelled"


class TestFrontDesk:
    def look(self, shop: Shop) -> None:
        with shop.services.database.begin() as session:
            clinic = find_clinic(session, "demo")
            assert clinic is not None
            if session.get(DeskCursor, clinic.id) is None:
                now = datetime.now(UTC)
                session.add(DeskCursor(clinic_id=clinic.id, changed_since=now - timedelta(minutes=5), due_at=now))
            clinic_id = clinic.id
        shop.services.front_desk.look(clinic_id)

    def test_a_class_moved_in_cliniko_moves_its_bookings(self, shop: Shop, group: Mapping[str, Any]) -> None:
        book(shop, group)
        shop.work()
        booking = shop.booking()
        self.look(shop)
        assert again(shop, booking).revision == booking.revision, "nothing has changed"
        later = f"{booking.starts_at + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
        ends = f"{booking.ends_at + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
        shop.sandbox.control.change("demo", "group_appointments", group["id"], starts_at=later, ends_at=ends)
        self.look(shop)
        assert again(shop, booking).starts_at == booking.starts_at + timedelta(hours=1)

    def test_a_place_given_up_at_the_front_desk_ends_the_booking(self, shop: Shop, group: Mapping[str, Any]) -> None:
        book(shop, group)
        shop.work()
        booking, (attendee,) = shop.booking(), ours(shop)
        shop.sandbox.control.change("demo", "attendees", attendee["id"], cancelled_at="2026-11-30T00:00:00Z")
        self.look(shop)
        assert again(shop, booking).state == "cancelled"

    def test_a_patient_whom_staff_put_into_a_class_is_told_to_the_crm(
        self, shop: Shop, group: Mapping[str, Any]
    ) -> None:
        times(shop, group)  # so that it is known that the clinic has classes
        shop.sandbox.control.receptionist_adds("demo", group_id=group["id"])
        self.look(shop)
        booking = shop.booking()
        assert (booking.source, booking.service_id) == ("front_desk", PILATES)

    def test_reconciling_finds_nothing_amiss_and_then_what_is(self, shop: Shop, group: Mapping[str, Any]) -> None:
        book(shop, group)
        shop.work()
        assert reconciled(shop) == []
        (attendee,) = ours(shop)
        shop.sandbox.control.change("demo", "attendees", attendee["id"], archived_at="2026-11-30T00:00:00Z")
        assert reconciled(shop) == ["appointment_archived"]


def again(shop: Shop, booking: Booking) -> Booking:
    """The booking as it is now; the newest may be one that staff made."""
    with shop.services.database.reading() as session:
        return session.get_one(Booking, booking.id)


def reconciled(shop: Shop) -> list[str]:
    """The kinds of difference that a comparison finds."""
    reconciliation = shop.services.reconciliation
    report = reconciliation.go_on(reconciliation.start(shop.booking().clinic_id))
    return [one.kind.value for one in report.mismatches]
