"""Limits, who comes first, and the refusal."""

from dataclasses import dataclass
from enum import StrEnum

from booking_app.core.failures import Failure, RemoteFailure


class Priority(StrEnum):
    WAITED_FOR = "waited_for"  # somebody has pressed a button: confirming, moving, cancelling, a screen of the console
    BROWSING = "browsing"  # a visitor looks at times
    BACKGROUND = "background"
    SPARE = "spare"  # nobody waits for it at all: it takes what background work leaves too


@dataclass(frozen=True)
class Limit:
    """At most `calls` within any `seconds`.

    Browsing leaves `reserved` of them to what somebody has pressed a button for. Background work leaves `kept` of them
    to people, who in turn leave `least` of them to background work, so that documents and the CRM sync go on however
    many visitors there are. Work of the lowest priority (comparing, looking what changed) leaves `unhurried` more of
    them, and is owed none.

    A process may take `at_once` calls together, to be made within `ahead` seconds.
    """

    calls: int
    seconds: float
    kept: int = 0
    least: int = 0
    unhurried: int = 0
    reserved: int = 0
    at_once: int = 1
    ahead: float = 0.0


class BudgetExhausted(RemoteFailure):
    """The call's turn would come too late; nothing was sent. `retry_after` says when there is room."""

    failure = Failure.RATE

    def __init__(self, retry_after: float) -> None:
        super().__init__("budget_exhausted", retry_after=retry_after)


# Cliniko documents 200 a minute and user. The margin is for calls that leave one minute and arrive in the next.
CLINIKO = Limit(calls=190, seconds=60, kept=70, least=10, unhurried=60, reserved=60, at_once=6, ahead=2.0)
