"""Why can't they book? Everything that can be known about one service, practitioner, location and day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import Response, request
from wtforms import DateField, Form, SelectField
from wtforms.validators import InputRequired

from booking_app.bookings.errors import CatalogueMissing
from booking_app.bookings.why_not.explanations import Explanation, Question
from booking_app.clinics.models import Clinic
from booking_app.clinics.staff import Role
from booking_app.core import dates
from booking_app.pages.console.access import allow, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases
from booking_app.pms.records import PracticeCatalogue
from booking_app.setup.found import Named

HEADINGS = {"stops": "What stops it", "limits": "What takes times away", "notes": "Also known"}


class WhyForm(Form):
    """A question. It is asked by GET: it changes nothing, and holds ids alone."""

    service = SelectField("Service", [InputRequired("Choose a service")])
    practitioner = SelectField("Practitioner", [InputRequired("Choose a practitioner")])
    location = SelectField("Location", [InputRequired("Choose a location")])
    day = DateField("Day", [InputRequired("Choose a day")], render_kw={"required": True})

    def offer(self, found: PracticeCatalogue) -> None:
        """Let everything be asked about, also what is switched off."""
        self.service.choices = _choices(found.services)
        self.practitioner.choices = _choices(found.practitioners)
        self.location.choices = _choices(found.locations)

    def to_question(self) -> Question:
        assert isinstance(self.day.data, date)
        return Question(self.service.data, self.practitioner.data, self.location.data, self.day.data)


@dataclass(frozen=True)
class Group:
    """Reasons of one weight."""

    heading: str
    verdict: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """An explanation, prepared."""

    heading: str
    is_bookable: bool
    groups: tuple[Group, ...]


@blueprint.get("/<slug>/why", endpoint="why")
@allow(Role.RECEPTIONIST)
def why(slug: str) -> Response:
    """The question, and below it the answer where one was asked."""
    clinic = current_clinic()
    try:
        found = use_cases().explaining.choices(clinic)
    except CatalogueMissing:
        return show("console/why.html", title="Why can’t they book?", form=None, answer=None)
    is_asked = bool(request.args)
    form = WhyForm(request.args if is_asked else None, data={"day": _today(clinic)})
    form.offer(found)
    if not is_asked:
        return _page(form)
    if not form.validate():
        return _page(form, status=422)
    return _page(form, _answer(use_cases().explaining.explain(clinic, form.to_question())))


def _page(form: WhyForm, answer: Answer | None = None, *, status: int = 200) -> Response:
    return show("console/why.html", title="Why can’t they book?", status=status, form=form, answer=answer)


def _answer(explanation: Explanation) -> Answer:
    day = dates.full_day(explanation.question.day)
    groups = (
        Group(heading, verdict, tuple((one.sentence, one.fix) for one in explanation.reasons if one.verdict == verdict))
        for verdict, heading in HEADINGS.items()
    )
    heading = f"Patients can book on {day}" if explanation.is_bookable else f"Nobody can book on {day}"
    return Answer(heading, explanation.is_bookable, tuple(group for group in groups if group.reasons))


def _today(clinic: Clinic) -> date:
    return use_cases().clock.now().astimezone(ZoneInfo(clinic.time_zone)).date()


def _choices(records: Iterable[Named]) -> dict[str, str]:
    return {one.cliniko_id: one.name for one in sorted(records, key=lambda one: one.name.casefold())}
