"""One change: the clinic locked, what is stored compared with what a form was filled from, the difference recorded."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.clinics.audit import Author, record
from booking_app.clinics.models import Clinic
from booking_app.clinics.revisions import require_unchanged
from booking_app.core.db import Database

# What of the clinic a change is about, as JSON: read before and after.
Read = Callable[[Session, Clinic], Mapping[str, Any]]


@dataclass(frozen=True)
class Change:
    """Who does what (`action` is `noun.verb`), and what of the clinic it is about, which is recorded.

    `revision` names the values the form was filled from; None for a change that depends on nothing seen. Where those
    are not what is recorded, `seen` reads them.
    """

    author: Author
    action: str
    about: Read
    revision: str | None = None
    seen: Read | None = None


@contextmanager
def changing(database: Database, clinic_id: int, change: Change) -> Iterator[tuple[Session, Clinic]]:
    """A transaction that commits when the block ends well. Raises ChangedMeanwhile, and then nothing is written."""
    with database.begin() as session:
        # Whoever changes the same clinic waits here, so that what is compared is what is overwritten.
        session.execute(select(Clinic.id).where(Clinic.id == clinic_id).with_for_update())
        clinic = session.get_one(Clinic, clinic_id)
        before = dict(change.about(session, clinic))
        if change.revision is not None:
            require_unchanged((change.seen or change.about)(session, clinic), change.revision)
        yield session, clinic
        session.flush()
        after = dict(change.about(session, clinic))
        record(session, change.author, clinic_id, change.action, before=before, after=after)
