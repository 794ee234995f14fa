"""Everything the details page shows beside the form itself, prepared."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from booking_app.bookings.records import Questions
from booking_app.bookings.returning.known import Known
from booking_app.core.dates import counted
from booking_app.intake.waivers import WaiverText
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.form_tokens import issue
from booking_app.pages.shared.intake_fields import Condition, conditions_of
from booking_app.pages.widget.forms.agreements import signature_rule, waiver_name
from booking_app.pages.widget.forms.details import DetailsForm, Problem
from booking_app.pages.widget.forms.likely_emails import email_meant
from booking_app.pages.widget.forms.screens import HEADINGS, Screen
from booking_app.pages.widget.holding import hold_scope
from booking_app.pages.widget.summary import Appointment, appointment
from booking_app.pages.widget.visits import Visit

WORDS_A_MINUTE = 220
LONG = 180  # words that still fit on one screen of a phone
TAG = re.compile(r"<[^>]+>")
HEADING = re.compile(r"<h([3-6])>")
HEADING_TAG = re.compile(r"<(/?)h([3-6])>")


@dataclass(frozen=True)
class WaiverView:
    """A text to agree to; `html` is clean, `field` the name of its tick, `length` how long it takes to read.

    One that `is_long` may be shown in part at first, where a script can open it.
    """

    title: str
    html: Markup
    field: str
    length: str
    is_long: bool


@dataclass(frozen=True)
class Part:
    """One heading of the step's screen with its fields."""

    key: str
    heading: str


@dataclass(frozen=True)
class HoldView:
    """Until when the time is held; the browser asks for more at `url` while the patient is at work."""

    seconds: int
    until: str
    url: str
    token: str


@dataclass(frozen=True)
class DetailsPage:
    """`number` of `count` is the place of the screen in the step; `asks` are the names of its fields.

    `draft` is the key of the draft in the address, for the script that follows it when it moves.
    """

    appointment: Appointment
    conditions: dict[str, Condition]
    waivers: tuple[WaiverView, ...]
    signature: str
    hold: HoldView | None
    action: str
    times_url: str
    back_url: str
    back_to: str
    problems: Sequence[Problem]
    parts: tuple[Part, ...]
    number: int
    count: int
    is_split: bool
    asks: str
    autosave_url: str
    draft: str
    is_personal: bool
    has_moved: bool
    email_meant: str | None
    return_url: str | None
    is_known: bool
    is_nobody: bool


def details_page(visit: Visit, form: DetailsForm, screen: Screen, shown: Sequence[Screen]) -> DetailsPage:
    """The words around one screen of the details of a draft."""
    assert visit.draft is not None
    questions, place = form.questions, shown.index(screen)
    return DetailsPage(
        appointment=appointment(visit, visit.draft.choice),
        conditions=conditions_of(questions.fields),
        waivers=_waivers(questions),
        signature=signature_rule(questions),
        hold=hold_view(visit),
        action=visit.url("save_details", screen=screen.key),
        times_url=times_url(visit),
        back_url=visit.url("details", screen=shown[place - 1].key) if place else times_url(visit),
        back_to=HEADINGS[shown[place - 1].key].lower() if place else "the times",
        problems=form.problems_of(screen),
        parts=tuple(Part(key, HEADINGS[key]) for key in screen.parts),
        number=place + 1,
        count=len(shown),
        is_split=len(shown) > 1,
        asks=" ".join(sorted(screen.asks)),
        autosave_url=visit.url("autosave"),
        draft=visit.token or "",
        is_personal=visit.draft.is_personal,
        has_moved=visit.draft.has_moved,
        email_meant=email_meant(str(form.email.data or "")),
        return_url=visit.url("return_page") if use_cases().code_mail.is_set_up and not visit.is_known else None,
        is_known=visit.is_known,
        is_nobody=visit.draft.known == Known(),
    )


def times_url(visit: Visit) -> str:
    """Back to the times around the one chosen."""
    assert visit.draft is not None
    choice = visit.draft.choice
    return visit.url(
        "times",
        service=choice.service_id,
        location=choice.location_id,
        practitioner="any" if choice.any_practitioner else choice.practitioner_id,
    )


def hold_view(visit: Visit) -> HoldView | None:
    """The draft's hold; None when it has run out."""
    assert visit.draft is not None
    assert visit.token is not None
    ends_at, location = visit.draft.hold_ends_at, visit.catalogue.location(visit.draft.choice.location_id)
    if ends_at is None or location is None:
        return None
    seconds = (ends_at - use_cases().clock.now()).total_seconds()
    until = words.time_of_day(ends_at, location.time_zone)
    return HoldView(max(int(seconds), 0), until, visit.url("hold"), issue(hold_scope(visit.token)))


def _waivers(questions: Questions) -> tuple[WaiverView, ...]:
    labels = {field.key: field.label for field in questions.fields}
    return tuple(_waiver(waiver, waiver.html_for_reading(labels)) for waiver in questions.waivers)


def _waiver(waiver: WaiverText, html: str) -> WaiverView:
    count = len(TAG.sub(" ", html).split())
    minutes = max(round(count / WORDS_A_MINUTE), 1)
    length = f"{count} words, about {counted(minutes, 'minute')} to read"
    # HTML of waivers is cleaned down to an allow-list of tags when it is stored.
    return WaiverView(waiver.title, Markup(outlined(html)), waiver_name(waiver), length, count > LONG)  # noqa: S704


def outlined(html: str) -> str:
    """The text with its topmost heading at level 4, right below the waiver’s title, however it was written."""
    levels = [int(level) for level in HEADING.findall(html)]
    lift = min(levels, default=4) - 4
    return HEADING_TAG.sub(lambda tag: f"<{tag[1]}h{min(int(tag[2]) - lift, 6)}>", html)
