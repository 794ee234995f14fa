"""What the details step asks of whoever is at it: of a patient who came back, what is not known yet."""

from datetime import date

from werkzeug.datastructures import MultiDict
from wtforms import Form

from booking_app.bookings.records import Questions
from booking_app.bookings.returning.asking import still_to_ask
from booking_app.bookings.typed import NOTHING, Typing, Values
from booking_app.pages.shared import use_cases
from booking_app.pages.widget.forms.birth import BirthDateField
from booking_app.pages.widget.visits import Visit


class _Born(Form):
    """The birth date alone, however it was typed."""

    date_of_birth = BirthDateField()


def questions_of(visit: Visit, typing: Typing = NOTHING) -> Questions:
    """The questions of the chosen service, once this request's `typing` counts too.

    Whoever types another person's name or birth date is asked everything, as for somebody new.
    """
    assert visit.draft is not None
    questions = use_cases().browse.questions(visit.clinic, visit.draft.choice.service_id)
    known = visit.draft.known
    if known is None or known.person is None:
        return questions
    values = typing.onto(visit.draft.typed).values
    if not known.person.is_still(_one(values, "first_name"), _one(values, "last_name"), born_in(values)):
        return questions
    return still_to_ask(questions, known, use_cases().clock.now())


def born_in(values: Values) -> date | None:
    """The birth date among what was typed; None where there is no whole one."""
    return _Born(MultiDict(values)).date_of_birth.data


def _one(values: Values, name: str) -> str:
    return " ".join(values.get(name, ()))
