"""A cause in a receptionist's words: what is the matter and what to do about it."""

from dataclasses import dataclass

from booking_app.accounting import attention as accounting
from booking_app.bookings.reconciliation.records import KIND_WORDS, Kind, advice_on
from booking_app.crm.vendors.meanings import own_meaning_of
from booking_app.crm.vendors.registered import SPECS
from booking_app.tasks.kinds import TaskKinds
from booking_app.tasks.words import ADVICE, OTHERWISE


@dataclass(frozen=True)
class Words:
    """One cause as an alert says it."""

    what: str
    fix: str
    code: str


def words_for(cause: str, kinds: TaskKinds) -> Words:
    """The words for the key of a cause; those of a task are its package's own."""
    sort, _, rest = cause.partition(":")
    if sort == "connection":
        vendor, _, code = rest.partition(":")
        system = SPECS[vendor].at_a_beginning if vendor in SPECS else vendor.capitalize()
        return Words(f"{system} refuses the stored key", ADVICE["auth"], code.partition(":")[2])
    if sort == "late":
        return Words(
            "Tasks are due and nobody does them",
            "The background worker is not running or cannot keep up. Whoever runs the booking software has to look.",
            "",
        )
    if sort == "differs":
        difference = Kind(rest)
        return Words(KIND_WORDS[difference].rstrip("."), advice_on(difference), "")
    if sort == "books":
        about = next(kind for kind in accounting.WORDS if kind == rest)
        return Words(accounting.WORDS[about], accounting.FIX[about], "")
    kind, _, rest = rest.partition(":")
    failure, _, code = rest.partition(":")
    ours = own_meaning_of(code)
    return Words(kinds.words(kind).failed, ours.fix if ours else ADVICE.get(failure, OTHERWISE), code)
