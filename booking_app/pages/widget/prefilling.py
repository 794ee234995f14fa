"""What the clinic knows of a patient, put into the form as if it had been typed: what is whole need not be asked."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from flask import Response

from booking_app.bookings.returning.known import Known, KnownPerson
from booking_app.bookings.typed import Typing
from booking_app.core.contact_details import phone_words
from booking_app.intake.people import is_minor
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.intake_fields import field_name
from booking_app.pages.shared.shell import shell
from booking_app.pages.shared.visitors import evidence
from booking_app.pages.widget.asking import questions_of
from booking_app.pages.widget.details import form_of, screens_of, today_at
from booking_app.pages.widget.forms.details import DetailsForm, guarded
from booking_app.pages.widget.forms.screens import BIRTH_BOXES, QUESTIONS, Screen
from booking_app.pages.widget.visits import Visit

Posted = Mapping[str, tuple[str, ...]]


def prefilled(visit: Visit, known: Known) -> Response:
    """Fill in what is known, and lead to the first screen that has something to ask, or to the summary.

    The screens that are whole count as sent; the summary shows everything, to be confirmed.
    """
    if known.person is None:
        return visit.go("details")
    values = _values(visit, known)
    visit = _keep(visit, Typing(frozenset([*values, *BIRTH_BOXES]), values))
    questions = questions_of(visit)
    reused = {field_name(key): (raw,) if isinstance(raw, str) else tuple(raw) for key, raw in questions.reused.items()}
    visit = _keep(visit, Typing(frozenset(reused), reused))
    form = form_of(visit, questions)
    form.validate()
    shown = screens_of(visit, questions)
    whole = [one for one in shown if form.is_right(one) and (QUESTIONS not in one.parts or _asks_nothing(form, known))]
    sent = Typing(frozenset(name for one in whole for name in one.asks), _kept(visit, whole), is_sent=True)
    visit = _keep(visit, sent)
    ahead = next((one for one in shown if one not in whole), None)
    if ahead is not None:
        return visit.go("details", screen=ahead.key)
    circumstances = evidence(use_cases().clock.now(), shell().language)
    use_cases().drafts.save_details(visit.clinic, visit.token or "", form.to_details(), circumstances)
    return visit.go("check")


def _asks_nothing(form: DetailsForm, known: Known) -> bool:
    """Whether every question that applies may stand as it was answered before, or was left out then for good."""
    reused, has_been_here = form.questions.reused, bool(known.earlier.consents or known.earlier.agreements)
    return all(
        spec.key in reused or (spec.ask_again == "once" and not spec.required and has_been_here)
        for spec in form.answers.shown(form.questions.fields)
    )


def _keep(visit: Visit, typing: Typing) -> Visit:
    """Keep it, and go on with the draft as it is then."""
    assert visit.token is not None
    drafts = use_cases().drafts
    token = drafts.keep_typed(visit.clinic, visit.token, typing)
    return replace(visit, token=token, draft=drafts.load(visit.clinic, token))


def _kept(visit: Visit, screens: Collection[Screen]) -> Posted:
    assert visit.draft is not None
    asked = {name for one in screens for name in one.asks}
    return {name: given for name, given in visit.draft.typed.values.items() if name in asked}


def _values(visit: Visit, known: Known) -> Posted:
    """The person, and for a child the guardian, as the form would have posted them."""
    assert known.person is not None
    values = _person_values(known.person)
    born = known.person.date_of_birth
    values["for_whom"] = ("myself",)
    if known.guardian is not None and born is not None and is_minor(born, today_at(visit.clinic)):
        values |= {**guarded(known.guardian), "for_whom": ("child",)}
    return values


def _person_values(person: KnownPerson) -> dict[str, tuple[str, ...]]:
    given = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "phone": phone_words(person.phone) if person.phone else "",
        "date_of_birth": person.date_of_birth.isoformat() if person.date_of_birth else "",
    }
    return {name: (text,) for name, text in given.items() if text}
