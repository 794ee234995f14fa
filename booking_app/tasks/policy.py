"""The one table of what each class of failure leads to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from booking_app.core.failures import Failure, RemoteFailure

WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (3, 10, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400)
)
PROBE_WAIT = timedelta(seconds=2)
RATE_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=24)


@dataclass(frozen=True)
class Verdict:
    """What becomes of a failed task: wait and try again, park for a person, or finish with a note."""

    wait: timedelta | None = None
    counts: bool = True
    must_probe: bool = True
    is_done: bool = False
    pauses_connection: bool = False


def judge(failure: RemoteFailure, attempts: int, waits: Sequence[timedelta] = WAITS) -> Verdict:
    """Decide what follows. `attempts` counts this one, `waits` are the pauses of this kind of task.

    TRANSIENT        wait longer each time; after the last wait, park
    RATE             wait as long as the remote says; not an attempt
    UNKNOWN_OUTCOME  look whether it happened, soon, then longer each time
    CONFLICT         park: handlers resolve the ones they know
    CONFIG, DATA     park: a person has to fix something
    AUTH             park and pause the connection
    CONSENT          done, with a note
    """
    match failure.failure:
        case Failure.TRANSIENT:
            return Verdict(wait=_wait(waits, attempts, failure.retry_after))
        case Failure.RATE:
            return Verdict(wait=_asked(failure.retry_after, RATE_WAIT), counts=False)
        case Failure.UNKNOWN_OUTCOME:
            return Verdict(wait=PROBE_WAIT if attempts <= 2 else _wait(waits, attempts, failure.retry_after))
        case Failure.CONSENT:
            return Verdict(is_done=True)
        case Failure.AUTH:
            return Verdict(pauses_connection=True)
        case Failure.CONFLICT | Failure.CONFIG | Failure.DATA:
            return Verdict()


def _wait(waits: Sequence[timedelta], attempts: int, asked: float | None) -> timedelta | None:
    if attempts > len(waits):
        return None
    return max(waits[attempts - 1], _asked(asked, timedelta()))


def _asked(seconds: float | None, otherwise: timedelta) -> timedelta:
    return otherwise if seconds is None else min(timedelta(seconds=max(seconds, 0)), LONGEST_WAIT)
