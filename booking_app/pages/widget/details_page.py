"""Everything the details page shows beside the form itself, prepared."""

import re
from dataclasses import dataclass

from markupsafe import Markup

from booking_app.bookings.records import Questions
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.form_tokens import issue
from booking_app.pages.shared.intake_fields import Condition, conditions_of
from booking_app.pages.widget.forms.agreements import signature_rule, waiver_name
from booking_app.pages.widget.holding import hold_scope
from booking_app.pages.widget.summary import Appointment, appointment
from booking_app.pages.widget.visits import Visit

HEADING = re.compile(r"<h([3-6])>")
HEADING_TAG = re.compile(r"<(/?)h([3-6])>")


@dataclass(frozen=True)
class WaiverView:
    """A text to agree to; `html` is clean, `field` the name of its tick."""

    title: str
    html: Markup
    field: str


@dataclass(frozen=True)
class HoldView:
    """Until when the time is held; the browser asks for more at `url` while the patient is at work."""

    seconds: int
    until: str
    url: str
    token: str


@dataclass(frozen=True)
class DetailsPage:
    appointment: Appointment
    conditions: dict[str, Condition]
    waivers: tuple[WaiverView, ...]
    signature: str
    hold: HoldView | None
    action: str
    times_url: str


def details_page(visit: Visit, questions: Questions) -> DetailsPage:
    """The words around the details form of a draft."""
    assert visit.draft is not None
    return DetailsPage(
        appointment=appointment(visit, visit.draft.choice),
        conditions=conditions_of(questions.fields),
        waivers=_waivers(questions),
        signature=signature_rule(questions),
        hold=hold_view(visit),
        action=visit.url("save_details"),
        times_url=times_url(visit),
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
    return tuple(
        # The room that stores waivers has cleaned this HTML down to an allow-list of tags.
        WaiverView(waiver.title, Markup(outlined(waiver.html_for_reading(labels))), waiver_name(waiver))  # noqa: S704
        for waiver in questions.waivers
    )


def outlined(html: str) -> str:
    """The text with its topmost heading at level 3, right below the waiver’s title, however it was written."""
    levels = [int(level) for level in HEADING.findall(html)]
    lift = min(levels, default=3) - 3
    return HEADING_TAG.sub(lambda tag: f"<{tag[1]}h{int(tag[2]) - lift}>", html)
