"""What is still to be asked of a patient who came back."""

from dataclasses import replace
from datetime import datetime

from booking_app.bookings.records import Questions
from booking_app.bookings.returning.known import Known


def still_to_ask(questions: Questions, known: Known, now: datetime) -> Questions:
    """The questions of a service without the texts and consents that still hold; answers that may stand beside them.

    A refusal of the privacy notice is no answer that could stand.
    """
    earlier, born = known.earlier, known.person.date_of_birth if known.person else None
    agreed = {waiver.key: earlier.agreement_to(waiver, born=born, now=now) for waiver in questions.waivers}
    consented = {
        name: earlier.consents[wording]
        for name, wording in questions.asked_consents.items()
        if wording in earlier.consents and (name != "privacy" or earlier.consents[wording])
    }
    return replace(
        questions,
        waivers=tuple(waiver for waiver in questions.waivers if agreed[waiver.key] is None),
        reused=earlier.reusable(questions.fields, now),
        agreed_earlier=tuple(one for one in agreed.values() if one is not None),
        consented=consented,
    )
