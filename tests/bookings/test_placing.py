"""Confirming: a draft becomes an appointment, once, or keeps every answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking_app.bookings.errors import DetailsMissing, DraftGone, SlotGone
from booking_app.bookings.records import BookingStatus
from booking_app.bookings.steps import PLACING_TASKS
from tests.bookings.conftest import NINE, Desk, choose, details
from tests.bookings.fakes import FakePractice

HALF_PAST = choose(NINE + timedelta(minutes=30))


def live(practice: FakePractice) -> list[str]:
    return [one.cliniko_id for one in practice.appointments.values() if not one.is_archived and not one.is_cancelled]


class TestTheHappyWay:
    def test_is_confirmed_while_the_patient_waits(self, desk: Desk) -> None:
        status = desk.confirm(desk.ready())
        assert (status.state, status.choice, status.documents_done) == ("confirmed", choose(), False)
        booking = desk.booking(status.reference)
        assert desk.practice.appointments[booking.cliniko_appointment_id or ""].starts_at == NINE
        assert desk.states(booking.id) == {
            **dict.fromkeys(PLACING_TASKS, "done"), "form": "ready",
            "confirmation_mail": "ready", "clinic_mail": "ready",
        }  # fmt: skip

    def test_wakes_a_worker_for_the_rest(self, desk: Desk) -> None:
        booking = desk.book()
        assert set(desk.woken) == {booking.subject}

    def test_ends_with_form_and_mail(self, desk: Desk) -> None:
        token = desk.ready()
        booking = desk.booking(desk.confirm(token).reference)
        desk.work()
        assert set(desk.states(booking.id).values()) == {"done"}
        assert desk.placing.status(desk.clinic, token).documents_done
        assert desk.practice.forms[0].name == f"Online booking {booking.reference}"
        assert desk.postbox.sent == [("confirmation_mail", "nora.quill@example.com")]

    def test_the_note_in_cliniko_names_the_reference_and_nobody(self, desk: Desk) -> None:
        booking = desk.book()
        (made,) = desk.practice.appointments.values()
        assert made.note == f"Booked online, reference {booking.reference}"

    def test_costs_five_calls_for_a_known_patient(self, desk: Desk) -> None:
        desk.book(HALF_PAST)
        del desk.practice.calls[:]
        desk.book()
        assert desk.practice.calls == [
            "slot_starts", "find_patients", "current_patient", "create_appointment", "has_conflict",
        ]  # fmt: skip

    def test_repeated_is_one_booking(self, desk: Desk) -> None:
        token = desk.ready()
        first, second = desk.confirm(token), desk.confirm(token)
        assert first == replace(second, documents_done=first.documents_done)
        assert len(desk.bookings()) == len(live(desk.practice)) == 1

    def test_the_page_is_gone_after_thirty_minutes(self, desk: Desk) -> None:
        token = desk.ready()
        desk.confirm(token)
        desk.clock.advance(minutes=31)
        with pytest.raises(DraftGone):
            desk.placing.status(desk.clinic, token)

    def test_needs_the_details(self, desk: Desk) -> None:
        with pytest.raises(DetailsMissing):
            desk.placing.confirm(desk.clinic, desk.open())

    def test_without_a_place_to_wait_the_worker_does_it(self, desk: Desk) -> None:
        desk.placing = desk.make_placing(inline_places=1)
        desk.placing._inline.acquire()  # another request waits for Cliniko
        token = desk.ready()
        assert desk.confirm(token).state == "placing"
        assert desk.practice.appointments == {}
        desk.work()
        assert desk.placing.status(desk.clinic, token).state == "confirmed"


class TestTheHold:
    def test_over_but_free_is_taken_again_in_silence(self, desk: Desk) -> None:
        token = desk.ready()
        desk.clock.advance(minutes=25)
        assert desk.confirm(token).state == "confirmed"

    def test_over_and_taken_keeps_every_answer(self, desk: Desk) -> None:
        token = desk.ready()
        desk.clock.advance(minutes=15)
        desk.open()
        with pytest.raises(SlotGone):
            desk.placing.confirm(desk.clinic, token)
        assert desk.bookings() == []
        assert desk.drafts.load(desk.clinic, token).details == details()

    def test_stays_while_cliniko_is_down_however_long(self, desk: Desk) -> None:
        desk.practice.is_down = True
        assert desk.confirm(desk.ready()).state == "placing"
        desk.clock.advance(hours=3)
        with pytest.raises(SlotGone):
            desk.open()

    def test_keeps_lists_that_were_read_before_honest_for_two_minutes(self, desk: Desk) -> None:
        desk.book()
        with pytest.raises(SlotGone):
            desk.open()
        desk.clock.advance(minutes=2)
        desk.open()  # from here on only Cliniko knows

    def test_stays_covered_for_two_minutes_when_the_time_is_lost(self, desk: Desk) -> None:
        desk.practice.free[("p1", NINE)] = False
        assert desk.confirm(desk.ready()).state == "slot_lost"
        with pytest.raises(SlotGone):
            desk.open()  # lists that were read before show it to nobody
        desk.clock.advance(minutes=2)
        desk.open()


class TestATimeThatIsLost:
    def test_before_anything_was_written_leaves_cliniko_untouched(self, desk: Desk) -> None:
        token = desk.ready()
        desk.practice.free[("p1", NINE)] = False
        assert desk.confirm(token).state == "slot_lost"
        assert (desk.practice.patients, desk.practice.appointments) == ([], {})
        (booking,) = desk.bookings()
        states = desk.states(booking.id)
        assert states.pop("lost_mail") == "ready"  # sent when no other time is chosen within some minutes
        assert set(states.values()) == {"done", "cancelled"}

    def test_puts_the_draft_back_to_work_with_every_answer(self, desk: Desk) -> None:
        token = desk.ready()
        desk.practice.free[("p1", NINE)] = False
        desk.confirm(token)
        back = desk.drafts.load(desk.clinic, token)
        assert (back.booking_state, back.details) == ("slot_lost", details())
        with pytest.raises(SlotGone):
            desk.placing.confirm(desk.clinic, token)
        desk.drafts.choose_slot(desk.clinic, token, HALF_PAST)
        assert desk.confirm(token).state == "confirmed"

    def test_to_the_front_desk_between_check_and_creation_is_archived_and_never_cancelled(self, desk: Desk) -> None:
        desk.practice.on_create_appointment = receptionist
        assert desk.confirm(desk.ready()).state == "slot_lost"
        theirs, ours = desk.practice.appointments.values()
        assert (ours.is_archived, ours.is_cancelled, theirs.is_archived) == (True, False, False)
        assert "cancel_appointment" not in desk.practice.calls
        desk.work(minutes=1)
        assert desk.postbox.sent == [], "nobody is told of an appointment that is off"

    def test_to_a_longer_appointment_that_overlaps_is_lost_too(self, desk: Desk) -> None:
        desk.practice.on_create_appointment = lambda practice: receptionist(practice, minutes_before=45)
        assert desk.confirm(desk.ready()).state == "slot_lost"

    def test_to_one_that_ends_where_ours_begins_is_not_lost(self, desk: Desk) -> None:
        desk.practice.on_create_appointment = lambda practice: receptionist(practice, minutes_before=60)
        assert desk.confirm(desk.ready()).state == "confirmed"

    def test_is_still_lost_when_the_answer_to_archiving_was_lost(self, desk: Desk) -> None:
        """The front desk moves its own away meanwhile: an archived appointment must not be confirmed for that."""
        desk.practice.on_create_appointment = receptionist
        desk.practice.fail_after = ["archive_appointment"]
        token = desk.ready()
        assert desk.confirm(token).state == "placing"
        theirs = next(iter(desk.practice.appointments))
        del desk.practice.appointments[theirs]
        desk.work(seconds=5)
        assert desk.placing.status(desk.clinic, token).state == "slot_lost"
        assert live(desk.practice) == []
        assert set(desk.states(desk.bookings()[0].id).values()) == {"done", "cancelled", "ready"}  # the mail waits

    @pytest.mark.parametrize("lost_answer", [[], ["archive_appointment"]])
    def test_when_nobody_looks_any_more_is_told_by_mail(self, desk: Desk, lost_answer: list[str]) -> None:
        desk.practice.on_create_appointment = receptionist
        desk.practice.fail_after = lost_answer
        desk.practice.is_down = True
        desk.confirm(desk.ready())
        desk.practice.is_down = False
        desk.work(rounds=3, minutes=3)
        (booking,) = desk.bookings()
        assert booking.state == "slot_lost"
        assert desk.postbox.sent == [("lost_mail", details().email)]
        assert desk.states(booking.id)["confirmation_mail"] == "cancelled"

    def test_that_is_no_longer_offered_at_all_is_said_at_once(self, desk: Desk) -> None:
        token = desk.ready(replace(choose(), service_id="s9"))
        with pytest.raises(SlotGone):
            desk.placing.confirm(desk.clinic, token)


def receptionist(practice: FakePractice, *, minutes_before: int = 0) -> None:
    """Somebody at the front desk books an hour by hand, without a reference."""
    starts_at = NINE - timedelta(minutes=minutes_before)
    practice.receptionist_books("p1", starts_at, starts_at + timedelta(minutes=60), note="walk-in")


class TestTwoOfOurs:
    """Two deployments, or one whose holds were lost, book one time; the conflict check settles it."""

    def test_the_lower_id_stays(self, desk: Desk) -> None:
        desk.practice.after_create_appointment = ours_too
        assert desk.confirm(desk.ready()).state == "confirmed"
        assert len(live(desk.practice)) == 2, "the other one steps back by itself"

    def test_the_higher_id_steps_back(self, desk: Desk) -> None:
        desk.practice.on_create_appointment = ours_too
        assert desk.confirm(desk.ready()).state == "slot_lost"
        assert len(live(desk.practice)) == 1

    def test_a_longer_id_is_the_higher_one(self, desk: Desk) -> None:
        desk.practice.ids = iter(["71", "999", "1000"])  # type: ignore[assignment]
        desk.practice.after_create_appointment = ours_too
        assert desk.confirm(desk.ready()).state == "confirmed"


def ours_too(practice: FakePractice) -> None:
    practice.receptionist_books("p1", NINE, NINE + timedelta(minutes=30), note="Booked online, reference BK-23456789")


class TestClinikoInTrouble:
    def test_down_is_said_honestly_and_confirmed_later(self, desk: Desk) -> None:
        desk.practice.is_down = True
        token = desk.ready()
        assert desk.confirm(token).state == "placing"
        desk.work(rounds=2, minutes=1)
        assert desk.placing.status(desk.clinic, token).state == "placing"
        desk.practice.is_down = False
        desk.work(rounds=2, minutes=2)
        assert desk.placing.status(desk.clinic, token).state == "confirmed"
        assert desk.postbox.sent == [("confirmation_mail", "nora.quill@example.com")]

    def test_a_refused_key_parks_everything_and_pauses_the_connection_once(self, desk: Desk) -> None:
        desk.practice.refuses_key = True
        token = desk.ready()
        assert desk.confirm(token).state == "failed"
        desk.work(rounds=3, minutes=5)
        assert desk.paused == ["cliniko_401"]
        assert desk.tasks(desk.bookings()[0].id)["slot"].code == "cliniko_401"

    def test_a_refused_key_that_was_fixed_lets_the_booking_go_on(self, desk: Desk) -> None:
        desk.practice.refuses_key = True
        token = desk.ready()
        desk.confirm(token)
        desk.fix_key()
        desk.work()
        assert desk.placing.status(desk.clinic, token).state == "confirmed"

    def test_our_deadline_leaves_it_to_the_worker_at_once(self, desk: Desk) -> None:
        slow(desk, "find_patients", seconds=9)
        token = desk.ready()
        assert desk.confirm(token).state == "placing"
        assert desk.tasks(desk.bookings()[0].id)["patient"].due_at == desk.clock.now()
        desk.work()
        assert desk.placing.status(desk.clinic, token).state == "confirmed"

    def test_a_creation_cut_off_by_our_deadline_is_looked_for_first(self, desk: Desk) -> None:
        slow(desk, "create_appointment", seconds=6)
        desk.practice.fail_after = ["create_appointment"]
        token = desk.ready()
        slow_first = desk.confirm(token)
        assert slow_first.state == "placing"
        desk.work(seconds=3)
        assert desk.placing.status(desk.clinic, token).state == "confirmed"
        assert len(live(desk.practice)) == 1


def slow(desk: Desk, call: str, *, seconds: float) -> None:
    """The next such call takes long; the others are quick."""
    left = [call]

    def wait(name: str) -> None:
        if name in left:
            left.remove(name)
            desk.clock.advance(seconds=seconds)

    desk.practice.on_call = wait


class TestOnceEach:
    @pytest.mark.parametrize("lost", ["create_patient", "create_appointment"])
    def test_though_the_answer_was_lost_while_placing(self, desk: Desk, lost: str) -> None:
        desk.practice.fail_after = [lost]
        token = desk.ready()
        assert desk.confirm(token).state == "placing"
        desk.work(seconds=3)
        assert confirmed_reference(desk.placing.status(desk.clinic, token))
        assert (len(desk.practice.patients), len(live(desk.practice))) == (1, 1)

    @pytest.mark.parametrize("broken", ["slot_starts", "find_patients", "create_patient", "create_appointment",
                                        "has_conflict", "attendee_of", "complete_form"])  # fmt: skip
    def test_though_a_call_failed_before_it_did_anything(self, desk: Desk, broken: str) -> None:
        desk.practice.fail_before = [broken]
        desk.confirm(desk.ready())
        desk.work(rounds=2, seconds=15)
        (booking,) = desk.bookings()
        assert set(desk.states(booking.id).values()) == {"done"}
        assert (len(desk.practice.patients), len(live(desk.practice)), len(desk.practice.forms)) == (1, 1, 1)

    def test_though_the_answer_to_the_form_was_lost(self, desk: Desk) -> None:
        desk.practice.fail_after = ["complete_form"]
        booking = desk.book()
        desk.work(rounds=2, seconds=3)
        assert (desk.states(booking.id)["form"], len(desk.practice.forms)) == ("done", 1)

    def test_though_the_archiving_was_interrupted(self, desk: Desk) -> None:
        desk.practice.on_create_appointment = receptionist
        desk.practice.fail_before = ["archive_appointment"]
        desk.confirm(desk.ready())
        desk.work(seconds=5)
        assert desk.bookings()[0].state == "slot_lost"
        assert len(live(desk.practice)) == 1


def confirmed_reference(status: BookingStatus) -> str:
    assert status.state == "confirmed"
    return status.reference
