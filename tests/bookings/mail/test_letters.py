"""What notices say, and above all what they do not."""

import re
from dataclasses import replace

import pytest

from booking_app.bookings.deadlines import Deadlines
from booking_app.bookings.mail.letters import (
    Letter,
    attention_letter,
    cancellation_letter,
    clinic_letter,
    confirmation_letter,
    link_letter,
    lost_letter,
)
from booking_app.bookings.records import JoinLink
from tests.bookings.mail.samples import CLINIC, FACTS, facts


def words(letter: Letter) -> list[str]:
    """Both forms as plain text on one line each."""
    html = re.sub(r"<[^>]+>", " ", letter.html.split("</head>")[1]).replace("&amp;", "&").replace("\u00a0", " ")
    return [" ".join(form.split()) for form in (letter.text, html)]


def test_a_confirmation_says_when_where_and_how_to_change_it() -> None:
    for form in words(confirmation_letter(FACTS)):
        assert "Tuesday 24 November 2026 9:00 am to 9:45 am Adelaide time (ACDT)" in form
        assert "Glenelg 12 Jetty Road Glenelg SA 5045" in form
        assert "BK-7F3K2M9Q" in form
        assert re.search(r"online until\s+9:00 am on Monday 23 November 2026\s?\. After that, please call", form)
        assert "(08) 8123 4567" in form
    letter = confirmation_letter(FACTS)
    assert FACTS.manage_url in letter.text
    assert f'href="{FACTS.manage_url}"' in letter.html


def test_what_the_clinic_wrote_is_escaped_in_html_only() -> None:
    letter = confirmation_letter(FACTS)
    assert "<beside>" in letter.text
    assert "&lt;beside&gt;" in letter.html


def test_a_cut_off_that_has_passed_says_to_call() -> None:
    for form in words(confirmation_letter(facts(deadlines=Deadlines(None, None)))):
        assert "It is too late to change or cancel this appointment online. If you cannot come, please call" in form
        assert "online until" not in form


def test_telehealth_names_no_place_to_go_to() -> None:
    for form in words(confirmation_letter(facts(is_telehealth=True))):
        assert "By video The link to join will come in another email." in form
        assert "Jetty Road" not in form


def test_the_link_to_a_visit_by_video_is_the_patients_own() -> None:
    by_video = facts(is_telehealth=True, join=JoinLink("https://harbour.example/join/1"))
    for letter in (confirmation_letter(by_video), link_letter(by_video)):
        assert "https://harbour.example/join/1" in letter.text
        assert 'href="https://harbour.example/join/1"' in letter.html
        assert "just for you" in letter.text
        assert "Jetty Road" not in letter.text + letter.html


@pytest.mark.parametrize(("sends", "lost"), [(True, False), (False, True), (False, False)])
def test_clinikos_own_messages_are_explained_where_there_are_any(sends: bool, lost: bool) -> None:
    for form in words(confirmation_letter(facts(cliniko_sends_confirmation=sends, had_lost_time=lost))):
        assert ("sends a confirmation too" in form) == sends
        assert ("please ignore that message: only the time above is booked" in form) == lost


def test_a_cancellation_says_what_is_off_and_offers_no_link_to_change_it() -> None:
    letter = cancellation_letter(facts(is_cancelled=True))
    for form in words(letter):
        assert "This appointment will not take place:" in form
        assert "Tuesday 24 November 2026" in form
    assert "/manage/" not in letter.text + letter.html


def test_the_clinics_mail_has_the_reference_and_the_time_and_no_link_of_the_patient() -> None:
    letter = clinic_letter(FACTS)
    for form in words(letter):
        assert "BK-7F3K2M9Q" in form
        assert "Tuesday 24 November 2026" in form
    assert "Search for the reference in the appointment note" in letter.text
    assert not any(secret in letter.text + letter.html for secret in ("/manage/", "nora.quill"))
    assert clinic_letter(facts(is_cancelled=True)).subject == "Online booking cancelled BK-7F3K2M9Q"


def test_a_booking_that_needs_attention_says_whether_it_stands_in_cliniko() -> None:
    for form in words(attention_letter(FACTS)):
        assert "The appointment stands in Cliniko, but something" in form
    letter = attention_letter(facts(is_placed=False))
    assert letter.subject == "Online booking BK-7F3K2M9Q needs attention"
    for form in words(letter):
        assert "could not be entered in Cliniko" in form
        assert "nora.quill" not in form


def test_subjects_name_neither_clinic_nor_time_nor_place() -> None:
    subjects = [confirmation_letter(FACTS).subject, cancellation_letter(FACTS).subject, clinic_letter(FACTS).subject]
    assert subjects == [
        "Your appointment is confirmed",
        "Your appointment was cancelled",
        "New online booking BK-7F3K2M9Q",
    ]


@pytest.mark.parametrize("letter", [confirmation_letter(FACTS), cancellation_letter(FACTS), clinic_letter(FACTS)])
def test_the_html_stands_alone_and_is_accessible(letter: Letter) -> None:
    assert '<html lang="en-AU">' in letter.html
    assert letter.html.count("<h1") == 1
    assert "<title>" in letter.html
    assert not re.search(r"<(img|script|link|iframe|form)\b|url\(|src=", letter.html)
    assert all(target.startswith(("https://", "tel:")) for target in re.findall(r'href="([^"]*)"', letter.html))


def test_a_clinic_without_phone_and_mail_gets_whole_sentences() -> None:
    quiet = facts(clinic=type(CLINIC)(name="C", phone=None, email=None, primary_color=None, alert_email=None))
    for letter in (confirmation_letter(quiet), cancellation_letter(quiet), clinic_letter(quiet)):
        assert "None" not in letter.text + letter.html
        assert " call " not in letter.text


def test_lines_of_the_text_stay_apart() -> None:
    for letter in (confirmation_letter(FACTS), cancellation_letter(FACTS), clinic_letter(FACTS)):
        assert "\n\n\n" not in letter.text
        assert not re.search(r"[a-z]\.[A-Z]", letter.text)
        assert letter.text.endswith("\n")


def test_a_time_lost_while_nobody_looked_is_said_plainly_with_a_way_on() -> None:
    letter = lost_letter(FACTS)
    assert letter.subject == "Your appointment is not booked"
    for form in words(letter):
        assert "the time was already taken, so nothing is booked: Tuesday 24 November 2026" in form.replace("When ", "")
        assert "you can ignore that message" in form
        assert "(08) 8123 4567" in form
    assert FACTS.booking_url in letter.text
    assert f'href="{FACTS.booking_url}"' in letter.html


def test_the_clinics_header_and_words_stand_in_the_confirmation() -> None:
    card = replace(CLINIC, header="Knees & hips", confirmation_text="Come early.\n\nBring a towel.")
    letter = confirmation_letter(facts(clinic=card))
    assert "Knees &amp; hips</div>" in letter.html
    assert "Come early.</p>" in letter.html and "Bring a towel.</p>" in letter.html
    assert "\n\nCome early.\nBring a towel.\n\nChange or cancel\n" in letter.text


def test_the_copy_of_what_was_signed_is_linked_where_there_is_one() -> None:
    url = "https://booking.example/signed/BK-7F3K2M9Q.6a.s1gn"
    letter = confirmation_letter(facts(copy_url=url))
    assert url in letter.text and f'href="{url}"' in letter.html
    assert "this link works for a week" in letter.text
    assert "what you signed" not in confirmation_letter(facts()).text
