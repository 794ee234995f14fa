"""Every kind of task that the packages register, with the words they give it and nobody to do it."""

from booking_app.bookings.mail.registration import KINDS as MAIL_KINDS
from booking_app.bookings.tasks.registration import BOOKINGS, LANES
from booking_app.bookings.tasks.registration import WORDS as CLINIKO_WORDS
from booking_app.crm.sync.registration import WORDS as CRM_WORDS
from booking_app.tasks.kinds import Lane, TaskKind, TaskKinds
from booking_app.tasks.records import Effect, Work


class Nobody:
    """A handler that is never asked to do anything."""

    def probe(self, work: Work) -> Effect | None:
        raise AssertionError(work.name)

    def act(self, work: Work) -> Effect:
        raise AssertionError(work.name)


def known_kinds() -> TaskKinds:
    words = {**CLINIKO_WORDS, **CRM_WORDS, **{name: said for name, (_, said) in MAIL_KINDS.items()}}
    return TaskKinds(
        (
            TaskKind(name=name, handler=Nobody(), words=said, lane=LANES.get(name, Lane.SYNC))
            for name, said in words.items()
        ),
        [BOOKINGS],
    )
