"""Why can't they book: every reason that can be known, and no patient in any of them."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from booking_app.bookings.errors import CatalogueMissing
from booking_app.bookings.why_not.explaining import Explaining
from booking_app.bookings.why_not.explanations import Explanation, Question
from booking_app.catalogue.curation import Curation, PractitionerCuration, replace_curation
from booking_app.catalogue.snapshots import forget_readings
from booking_app.pms.diary import DiaryEntry, UsualHours
from booking_app.pms.records import GroupTime, PracticeCatalogue
from tests.bookings.conftest import NINE, Desk, choose
from tests.bookings.fakes import catalogue

TUESDAY = date(2026, 11, 24)
TUESDAYS = UsualHours(2, ((time(9), time(12)), (time(13), time(17))))
ASKED = Question(service_id="s1", practitioner_id="p1", location_id="l1", day=TUESDAY)


@pytest.fixture
def explaining(desk: Desk) -> Explaining:
    return Explaining(database=desk.database, practices=desk.practice_of, clock=desk.clock)


def sentences(answer: Explanation, verdict: str | None = None) -> str:
    return "\n".join(one.sentence for one in answer.reasons if verdict in (None, one.verdict))


def find(desk: Desk, found: PracticeCatalogue) -> None:
    """Cliniko's settings are these from now on, and are read anew."""
    desk.practice.found = found
    desk.clock.advance(minutes=2)


def nothing_is_offered(desk: Desk) -> None:
    desk.practice.free.clear()
    desk.practice.hours = (TUESDAYS,)


def test_a_day_with_times_says_which_of_them_patients_see(explaining: Explaining, desk: Desk) -> None:
    answer = explaining.explain(desk.clinic, ASKED)
    assert answer.is_bookable and len(answer.shown) == len(answer.offered or ()) == 16
    assert "Patients are shown 16 times: 9:00 am" in sentences(answer, "notes")
    assert not sentences(answer, "stops")


def test_a_held_time_is_named_without_saying_whose_it_is(explaining: Explaining, desk: Desk) -> None:
    desk.open(choose())
    answer = explaining.explain(desk.clinic, ASKED)
    assert "Held for a patient who is booking just now: 9:00 am." in sentences(answer, "limits")
    assert NINE not in answer.shown and len(answer.shown) == 15


def test_the_clinics_own_notice_takes_the_early_times_away(explaining: Explaining, desk: Desk) -> None:
    desk.set_rules(lead_hours=64)  # Saturday evening and 64 hours: Tuesday 11:30 am
    answer = explaining.explain(desk.clinic, ASKED)
    said = "This clinic asks for 64 hours’ notice: only times from 11:30 am on Tuesday 24 November 2026 on are shown."
    assert said in sentences(answer, "limits")
    assert min(answer.shown) == NINE + timedelta(hours=2, minutes=30)


def test_a_day_before_the_notice_ends_is_stopped_and_cliniko_is_not_asked(explaining: Explaining, desk: Desk) -> None:
    desk.set_rules(lead_hours=100)
    desk.practice.calls.clear()
    answer = explaining.explain(desk.clinic, ASKED)
    assert "This clinic asks for 100 hours’ notice: the first time that can be booked" in sentences(answer, "stops")
    assert answer.offered is None and "slot_starts" not in desk.practice.calls


def test_clinikos_notice_names_the_setting_that_holds_it(explaining: Explaining, desk: Desk) -> None:
    found = catalogue()
    find(desk, replace(found, lead_hours=100))
    (reason,) = (one for one in explaining.explain(desk.clinic, ASKED).reasons if one.verdict == "stops")
    assert "Cliniko asks for 100 hours’ notice" in reason.sentence and "Online bookings" in reason.fix
    services = tuple(replace(one, lead_hours=336) for one in found.services)
    find(desk, replace(found, lead_hours=0, services=services))
    (reason,) = (one for one in explaining.explain(desk.clinic, ASKED).reasons if one.verdict == "stops")
    assert "336 hours’" in reason.sentence and "Appointment types" in reason.fix


def test_a_day_past_or_beyond_a_horizon_is_stopped(explaining: Explaining, desk: Desk) -> None:
    past = explaining.explain(desk.clinic, replace(ASKED, day=date(2026, 11, 20)))
    assert "Friday 20 November 2026 is past." in sentences(past, "stops")
    far = explaining.explain(desk.clinic, replace(ASKED, day=TUESDAY + timedelta(days=70)))
    assert "Patients may book 60 days ahead" in sentences(far, "stops")
    find(desk, replace(catalogue(), horizon_days=1))
    assert "Cliniko lets patients book 1 day ahead" in sentences(explaining.explain(desk.clinic, ASKED), "stops")


def test_switched_off_records_name_the_setting_to_change(explaining: Explaining, desk: Desk) -> None:
    found = catalogue()
    off = tuple(replace(one, is_bookable=False) for one in found.practitioners)
    find(desk, replace(found, practitioners=off))
    answer = explaining.explain(desk.clinic, ASKED)
    assert "“Dr Ada Lee” is not offered" in sentences(answer, "stops")
    assert "Dr Ben Roe" not in sentences(answer)
    find(desk, replace(found, is_online_booking_enabled=False))
    assert "Online bookings are switched off" in sentences(explaining.explain(desk.clinic, ASKED), "stops")
    find(desk, replace(found, services=tuple(replace(one, places=6) for one in found.services)))
    assert "There is no group appointment" in sentences(explaining.explain(desk.clinic, ASKED), "stops")


def test_what_the_clinic_hid_itself_is_said_as_that(explaining: Explaining, desk: Desk) -> None:
    hidden = Curation(practitioners=(PractitionerCuration(cliniko_id="p1", hidden=True),))
    with desk.database.begin() as session:
        replace_curation(session, desk.clinic.id, hidden)
    assert "This practitioner is hidden here" in sentences(explaining.explain(desk.clinic, ASKED), "stops")


def test_three_that_do_not_go_together_are_said(explaining: Explaining, desk: Desk) -> None:
    found = catalogue()
    offers = tuple(one for one in found.offers if (one.service_id, one.practitioner_id) != ("s1", "p1"))
    find(desk, replace(found, offers=offers))
    assert "does not give this service at this location" in sentences(explaining.explain(desk.clinic, ASKED), "stops")


def test_a_weekday_without_hours_is_said(explaining: Explaining, desk: Desk) -> None:
    nothing_is_offered(desk)
    desk.practice.hours = ()
    answer = explaining.explain(desk.clinic, ASKED)
    assert "Dr Ada Lee has no usual hours at City on a Tuesday." in sentences(answer, "stops")


def test_a_full_day_shows_what_is_in_the_way_without_names(explaining: Explaining, desk: Desk) -> None:
    nothing_is_offered(desk)
    desk.practice.receptionist_books("p1", NINE, NINE + timedelta(hours=2, minutes=45), note="Nora O’Quill")
    lunch_until_five = DiaryEntry("away", NINE + timedelta(hours=3), NINE + timedelta(hours=8), None)
    desk.practice.breaks.append(lunch_until_five)
    answer = explaining.explain(desk.clinic, ASKED)
    said = sentences(answer)
    assert "Dr Ada Lee usually works 9:00 am to 12:00 pm and 1:00 pm to 5:00 pm at City on a Tuesday." in said
    assert "9:00 am to 11:45 am: an appointment in Cliniko’s calendar." in said
    assert "12:00 pm to 5:00 pm: an unavailable block in Cliniko’s calendar." in said
    assert "No gap of 30 minutes is left in the day." in sentences(answer, "stops")
    assert "Nora" not in repr(answer)


def test_a_free_day_that_cliniko_does_not_offer_names_the_settings_to_look_at(
    explaining: Explaining, desk: Desk
) -> None:
    nothing_is_offered(desk)
    answer = explaining.explain(desk.clinic, ASKED)
    (stop,) = (one for one in answer.reasons if one.verdict == "stops")
    free = "9:00 am to 12:00 pm and 1:00 pm to 5:00 pm"
    assert stop.sentence == f"Cliniko offers no time here, although {free} looks free."
    assert "Online bookings" in stop.fix


def test_a_refused_key_and_a_silent_cliniko_are_said_in_words(explaining: Explaining, desk: Desk) -> None:
    desk.practice.refuses_key = True
    answer = explaining.explain(desk.clinic, ASKED)
    (stop,) = (one for one in answer.reasons if one.verdict == "stops")
    assert stop.sentence == "Cliniko could not be asked." and "Cliniko refuses the key" in stop.fix
    desk.clock.advance(minutes=7)
    assert "7 minutes old" in sentences(explaining.explain(desk.clinic, ASKED), "notes")


def test_without_any_reading_there_is_nothing_to_explain(explaining: Explaining, desk: Desk) -> None:
    desk.practice.is_down = True
    with desk.database.begin() as session:
        forget_readings(session, desk.clinic.id)
    with pytest.raises(CatalogueMissing):
        explaining.explain(desk.clinic, ASKED)
    with pytest.raises(CatalogueMissing):
        explaining.choices(desk.clinic)


def test_ids_of_another_account_are_not_explained(explaining: Explaining, desk: Desk) -> None:
    with pytest.raises(LookupError):
        explaining.explain(desk.clinic, replace(ASKED, practitioner_id="p9"))


def test_a_class_says_what_is_left_what_is_held_and_what_is_full(explaining: Explaining, desk: Desk) -> None:
    found = catalogue()
    find(desk, replace(found, services=tuple(replace(one, places=6) for one in found.services)))
    desk.practice.groups = [
        GroupTime("1", NINE, NINE + timedelta(hours=1), 0),
        GroupTime("2", NINE + timedelta(hours=2), NINE + timedelta(hours=3), 1),
        GroupTime("3", NINE + timedelta(hours=4), NINE + timedelta(hours=5), 4),
    ]
    desk.open(replace(choose(NINE + timedelta(hours=2), minutes=60), group_id="2", places=1))
    answer = explaining.explain(desk.clinic, ASKED)
    assert "Full: 9:00 am" in sentences(answer, "limits")
    assert "held for patients who are booking just now: 11:00 am" in sentences(answer, "limits")
    assert "1:00 pm: 4 places left" in sentences(answer, "notes")
    assert answer.shown == (NINE + timedelta(hours=4),)
