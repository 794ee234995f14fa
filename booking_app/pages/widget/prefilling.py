"""What the clinic knows of a patient, put into the form as if it had been typed: what is whole need not be asked."""

from flask import Response

from booking_app.bookings.returning.known import Known, KnownPerson
from booking_app.bookings.typed import Typing
from booking_app.core.contact_details import phone_words
from booking_app.pages.shared import use_cases
from booking_app.pages.widget.details import form_of, questions_of, screens_of
from booking_app.pages.widget.forms.screens import ABOUT, BIRTH_BOXES
from booking_app.pages.widget.visits import Visit


def prefilled(visit: Visit, known: Known) -> Response:
    """Fill in what is known, and lead to the first screen that has something to ask, or to the summary.

    The screens that are whole count as sent; they are shown at the end, to be confirmed.
    """
    assert visit.token is not None
    assert visit.draft is not None
    if known.person is None:
        return visit.go("details")
    values = person_values(known.person)
    filled = Typing(frozenset([*values, *BIRTH_BOXES]), values)
    form = form_of(visit, questions_of(visit), filled)
    form.validate()
    whole = [one for one in screens_of(visit, form.questions) if one.parts == (ABOUT,) and form.is_right(one)]
    drafts = use_cases().drafts
    drafts.keep_typed(visit.clinic, visit.token, filled)
    for screen in whole:
        kept = {name: given for name, given in values.items() if name in screen.asks}
        drafts.keep_typed(visit.clinic, visit.token, Typing(screen.asks, kept, is_sent=True))
    ahead = next((one for one in screens_of(visit, form.questions) if one not in whole), None)
    return visit.go("details", screen=ahead.key) if ahead else visit.go("check")


def person_values(person: KnownPerson) -> dict[str, tuple[str, ...]]:
    """The person as the form would have posted them; what is not known is left out."""
    given = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "phone": phone_words(person.phone) if person.phone else "",
        "date_of_birth": person.date_of_birth.isoformat() if person.date_of_birth else "",
    }
    return {name: (text,) for name, text in given.items() if text}
