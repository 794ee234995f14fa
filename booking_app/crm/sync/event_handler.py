"""The task that tells a clinic's own system of a booking, by a signed webhook."""

from collections.abc import Callable

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.crm.sync.connections import OpenWebhookById
from booking_app.crm.vendors.webhook.records import BookingEvent
from booking_app.tasks.records import Effect, Work

LoadEvent = Callable[[int], BookingEvent]  # by booking id, as the booking is now; raises RemoteFailure


class EventHandler:
    """A task handler for every webhook connection. A repeat carries the same id, by which the receiver knows it."""

    def __init__(self, *, load_event: LoadEvent, open_webhook: OpenWebhookById) -> None:
        self._load_event = load_event
        self._open_webhook = open_webhook

    def probe(self, work: Work) -> Effect | None:
        """A receiver cannot be asked; it is told again."""
        return None

    def act(self, work: Work) -> Effect:
        if work.connection_id is None:
            raise RemoteFailure("handover:no_connection", failure=Failure.CONFIG)
        webhook = self._open_webhook(work.connection_id)
        within = webhook.within(deadline=work.deadline, before_write=work.check_lease)
        return Effect(remote_id=within.announce(self._load_event(work.subject_id)))
