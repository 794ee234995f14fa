"""What each notice says: subject, text and HTML, made from templates over prepared words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from booking_app.bookings.mail.facts import ClinicCard, NoticeFacts
from booking_app.bookings.mail.wording import clock_words, day_words, moment_words, zone_words
from booking_app.core.assets import asset_folder
from booking_app.core.color import readable_pair

LOGO_ID = "logo@booking"  # by which the HTML names the picture that travels with it


@dataclass(frozen=True)
class Letter:
    """One mail's words. The subject names neither person, clinic nor service: it shows on locked screens."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class AlertWords:
    """One cause that a person has to fix. `references` are some of the bookings concerned."""

    what: str
    fix: str
    code: str
    count: int
    references: Sequence[str]
    is_reminder: bool


def alert_letter(clinic: ClinicCard, alerts: Sequence[AlertWords], console_url: str) -> Letter:
    """To the clinic: what has to be fixed. Nothing of any patient."""
    subject = "Online booking: something needs attention"
    if all(alert.is_reminder for alert in alerts):
        subject = "Online booking: something still needs attention"
    fill, ink = readable_pair(clinic.primary_color)
    words = {"clinic": clinic, "alerts": alerts, "console_url": console_url, "fill": fill, "ink": ink}
    return _rendered("alert", subject, words)


def branded_letter(name: str, subject: str, clinic: ClinicCard, words: Mapping[str, Any]) -> Letter:
    """The letter of a template over `words`, in the clinic's colours. A subject names neither person nor service."""
    fill, ink = readable_pair(clinic.primary_color)
    return _rendered(name, subject, {"clinic": clinic, "fill": fill, "ink": ink, **words})


def staff_letter(name: str, subject: str, clinic: ClinicCard, link: str) -> Letter:
    """To somebody who works for a clinic: a link of theirs alone."""
    return branded_letter(name, subject, clinic, {"link": link})


def code_letter(clinic: ClinicCard, code: str) -> Letter:
    """To a patient who is booking: a code of theirs alone."""
    return branded_letter("code", "Your code", clinic, {"code": code})


def return_code_letter(clinic: ClinicCard, code: str) -> Letter:
    """To a patient who says to have been here before, and whose address the clinic knows."""
    fill, ink = readable_pair(clinic.primary_color)
    return _rendered("return_code", "Your code", {"clinic": clinic, "code": code, "fill": fill, "ink": ink})


def return_unknown_letter(clinic: ClinicCard) -> Letter:
    """To somebody who says the same, and whose address the clinic does not know. There is no code in it."""
    fill, ink = readable_pair(clinic.primary_color)
    return _rendered("return_unknown", "Your booking", {"clinic": clinic, "fill": fill, "ink": ink})


@dataclass(frozen=True)
class BookingLink:
    """An appointment to come: when, in words, and the patient's own link to it."""

    when: str
    url: str


def links_letter(clinic: ClinicCard, links: Sequence[BookingLink]) -> Letter:
    """To a patient who has lost the links to their appointments."""
    fill, ink = readable_pair(clinic.primary_color)
    return _rendered("links", "Your link", {"clinic": clinic, "links": links, "fill": fill, "ink": ink})


def confirmation_letter(facts: NoticeFacts) -> Letter:
    return _letter("confirmation", "Your appointment is confirmed", facts)


def cancellation_letter(facts: NoticeFacts) -> Letter:
    return _letter("cancellation", "Your appointment was cancelled", facts)


def lost_letter(facts: NoticeFacts) -> Letter:
    """For a patient who has left the page: the time asked for was taken before it could be booked."""
    return _letter("lost", "Your appointment is not booked", facts)


def unconfirmed_letter(facts: NoticeFacts) -> Letter:
    """For a patient who may have left the page: the booking waits for a person at the clinic."""
    return _letter("unconfirmed", "Your appointment is not confirmed yet", facts)


def held_letter(facts: NoticeFacts) -> Letter:
    """For a patient whose request is held: it is not booked yet."""
    return _letter("held", "Your request is held", facts)


def unplaced_letter(facts: NoticeFacts) -> Letter:
    """For a patient whose request was given up: nothing is booked."""
    return _letter("unplaced", "Your appointment is not booked", facts)


def held_clinic_letter(facts: NoticeFacts) -> Letter:
    """To the clinic: keep this time free until Cliniko is back."""
    return _letter("held_clinic", f"Online request {facts.reference} is held", facts)


def unplaced_clinic_letter(facts: NoticeFacts) -> Letter:
    """To the clinic: nothing came of this request."""
    return _letter("unplaced_clinic", f"Online request {facts.reference} was not booked", facts)


def clinic_letter(facts: NoticeFacts) -> Letter:
    """To the clinic: that there is something to look at, and where. Who and what for stands in the console only."""
    what = "Online booking cancelled" if facts.is_cancelled else "New online booking"
    return _letter("clinic", f"{what} {facts.reference}", facts)


def moved_letter(facts: NoticeFacts) -> Letter:
    return _letter("moved", "Your appointment has a new time", facts)


def link_letter(facts: NoticeFacts) -> Letter:
    """For a patient whose mail went before the link to the visit was known."""
    return _letter("link", "How to join your appointment", facts)


def not_moved_letter(facts: NoticeFacts) -> Letter:
    """For a patient who has left the page: the time asked for could not be had, so the old one stands."""
    return _letter("not_moved", "Your appointment was not moved", facts)


def moved_clinic_letter(facts: NoticeFacts) -> Letter:
    return _letter("clinic_moved", f"Online booking moved {facts.reference}", facts)


def message_letter(facts: NoticeFacts) -> Letter:
    """To the clinic: a patient has written; what, stands in the console only."""
    return _letter("message", f"Message about booking {facts.reference}", facts)


def attention_letter(facts: NoticeFacts) -> Letter:
    """To the clinic: something of this booking waits for a person."""
    return _letter("attention", f"Online booking {facts.reference} needs attention", facts)


def _letter(name: str, subject: str, facts: NoticeFacts) -> Letter:
    return _rendered(name, subject, _words(facts))


def _rendered(name: str, subject: str, words: dict[str, Any]) -> Letter:
    words = words | {"subject": subject, "logo_id": LOGO_ID}
    templates = mail_templates()
    text = templates.get_template(f"mail/{name}.txt").render(words)
    return Letter(subject, text.strip() + "\n", templates.get_template(f"mail/{name}.html").render(words))


def _words(facts: NoticeFacts) -> dict[str, Any]:
    zone, move = facts.time_zone, facts.move
    fill, ink = readable_pair(facts.clinic.primary_color)
    return {
        "clinic": facts.clinic,
        "fill": fill,
        "ink": ink,
        "day": day_words(facts.starts_at, zone),
        "hours": f"{clock_words(facts.starts_at, zone)} to {clock_words(facts.ends_at, zone)}",
        "zone": zone_words(facts.starts_at, zone),
        "is_telehealth": facts.is_telehealth,
        "join_url": facts.join.url,
        "is_cancelled": facts.is_cancelled,
        "is_placed": facts.is_placed,
        "is_minor_alone": facts.is_minor_alone,
        "location_name": facts.location_name,
        "address_lines": _lines(facts.address),
        "direction_lines": _lines(facts.directions),
        "clinic_lines": _lines(facts.clinic.confirmation_text),
        "reference": facts.reference,
        "manage_url": facts.manage_url,
        "booking_url": facts.booking_url,
        "copy_url": facts.copy_url,
        "console_url": facts.console_url,
        "deadline": facts.deadlines.sentence(zone),
        "can_change": not facts.deadlines.is_over,
        "moved_from": moment_words(move.from_at, zone) if move else None,
        "moved_to": moment_words(move.to_at, zone) if move else None,
        "was_taken": move is not None and move.outcome == "lost",
        "cliniko_writes_too": facts.cliniko_sends_confirmation,
        "had_lost_time": facts.had_lost_time,
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@cache
def mail_templates() -> Environment:
    """The templates of letters, and of papers that go with them."""
    return Environment(
        loader=FileSystemLoader(asset_folder("templates")),
        autoescape=select_autoescape(enabled_extensions=("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
