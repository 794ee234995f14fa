"""A cause in a receptionist's words: what is the matter and what to do about it."""

from dataclasses import dataclass

from booking_app.bookings.reconciliation.records import KIND_WORDS, Kind, advice_on
from booking_app.crm.vendors.meanings import own_meaning_of
from booking_app.crm.vendors.registered import SPECS

WHAT = {
    "slot": "A booking could not be entered in Cliniko", "patient": "A booking could not be entered in Cliniko",
    "appointment": "A booking could not be entered in Cliniko",
    "conflicts": "A booking could not be checked in Cliniko",
    "withdraw": "An appointment that was given up may still stand in Cliniko",
    "cancel": "A cancellation could not be entered in Cliniko", "move": "An appointment could not be moved in Cliniko",
    "form": "A form could not be stored in Cliniko", "document": "A signed document could not be stored in Cliniko",
    "signature_png": "A signature could not be stored in Cliniko", "contact": "A contact did not reach the CRM",
    "event": "A webhook did not reach its receiver",
}  # fmt: skip
MEND = {
    "transient": "The other system has been ill for long. Try the tasks again once it is back.",
    "rate": "The other system's limit is reached. It goes on by itself; if it stays so, look at what else uses it.",
    "unknown_outcome": "The other system does not answer. It goes on by itself; if it stays so, look at that system.",
    "conflict": "Look at the record in the other system, then try the task again.",
    "config": "Mend the setting that the code names, then try the task again.",
    "data": "The other system will not take it as it is. Enter it by hand, or correct it and try again.",
    "auth": "Make a new key or token, store it with the connection, then try the tasks again.",
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """One cause as an alert says it."""

    what: str
    mend: str
    code: str


def words_for(cause: str) -> Words:
    """The words for the key of a cause."""
    sort, _, rest = cause.partition(":")
    if sort == "connection":
        vendor, _, code = rest.partition(":")
        system = SPECS[vendor].at_a_beginning if vendor in SPECS else vendor.capitalize()
        return Words(f"{system} refuses the stored key", MEND["auth"], code.partition(":")[2])
    if sort == "late":
        return Words(
            "Tasks are due and nobody does them",
            "The background worker is not running or cannot keep up. Whoever runs the booking software has to look.",
            "",
        )
    if sort == "differs":
        difference = Kind(rest)
        return Words(KIND_WORDS[difference].rstrip("."), advice_on(difference), "")
    kind, _, rest = rest.partition(":")
    failure, _, code = rest.partition(":")
    what = WHAT.get(kind, "A mail could not be sent" if kind.endswith("_mail") else "A task could not be done")
    ours = own_meaning_of(code)
    mend = MEND.get(failure, "Look at the task, then try it again.")
    return Words(what, ours.mend if ours else mend, code)
