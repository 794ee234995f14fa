"""A patient's own link to a visit by video: a secret, kept sealed until the visit is over.

Whoever holds it can join without signing in. It goes into the patient's page, mail and calendar file and nowhere else.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking
from booking_app.bookings.records import NO_LINK, JoinLink
from booking_app.core.sealing import Keyring
from booking_app.tasks import lookups, store
from booking_app.tasks.records import PlannedTask

JOIN_LINK = "join_link"
LINK_MAIL = "link_mail"
# A mail with everything in it is worth waiting for, but whoever has booked expects to hear of it: what is not known by
# then follows in a mail of its own. The page looks as long for it.
PATIENCE = timedelta(minutes=2)
LINK_FOLLOWS = "link_follows"  # the note of a mail that went without


def planned_link(number: int = 0, *, after: str | None = None, connection_id: int | None = None) -> PlannedTask:
    """The task that reads the link; `number` is that of the move after which it is read again."""
    name = f"{JOIN_LINK}:{number}" if number else JOIN_LINK
    return PlannedTask(name, after, kind=JOIN_LINK, connection_id=connection_id)


def link_of(booking: Booking, keyring: Keyring, now: datetime, *, is_by_video: bool) -> JoinLink:
    """The link of a booking that stands; none where the visit is not by video, or over."""
    if not is_by_video or booking.is_cancelled or booking.ends_at < now:
        return NO_LINK
    if booking.sealed_join_url is not None:
        return JoinLink(keyring.unseal(booking.sealed_join_url).decode())
    since = max(filter(None, (booking.confirmed_at, booking.moved_at)), default=None)
    return JoinLink(is_coming=since is not None and now < since + PATIENCE)


def keep_link(session: Session, booking: Booking, keyring: Keyring, url: str, now: datetime) -> None:
    """Keep it, and let a mail follow one that has gone without. The booking is locked; the caller commits."""
    booking.sealed_join_url = keyring.seal(url.encode())
    if any(task.note == LINK_FOLLOWS for task in lookups.tasks_of(session, booking.subject)):
        mail_link(session, booking, now)


def mail_link(session: Session, booking: Booking, now: datetime) -> None:
    """Plan the mail with the link, once for each time the booking has had. The booking is locked."""
    move = booking.last_move
    name = f"{LINK_MAIL}:{move.number}" if move else LINK_MAIL
    if booking.sealed_join_url is None or any(t.name == name for t in lookups.tasks_of(session, booking.subject)):
        return
    task = PlannedTask(name, kind=LINK_MAIL)
    store.plan(session, clinic_id=booking.clinic_id, subject=booking.subject, tasks=[task], now=now)


def locked(session: Session, booking_id: int) -> Booking:
    """The booking's row, locked: a mail that goes without the link and the link that comes must see each other."""
    return session.scalars(select(Booking).where(Booking.id == booking_id).with_for_update()).one()


def forget_links(session: Session, now: datetime) -> None:
    """Forget the links of visits that are over; the caller commits."""
    over = update(Booking).where(Booking.sealed_join_url.is_not(None), Booking.ends_at < now)
    session.execute(over.values(sealed_join_url=None).execution_options(synchronize_session=False))
