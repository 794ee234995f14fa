"""Tasks that cover many subjects in one call. What is known of each part is kept, so that none is done twice."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.tasks import store
from booking_app.tasks.lookups import items_of
from booking_app.tasks.records import Effect, ItemResult, Subject, Work

SOME_REFUSED = "batch_items_refused"
SOME_UNANSWERED = "batch_items_unanswered"


class BatchHandler(ABC):
    """The parent of handlers of a batch: subclasses look parts up, and send them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @abstractmethod
    def look_up(self, work: Work, items: Sequence[Subject]) -> Mapping[Subject, str | None]:
        """Which of these have happened, each with its id there; every one is to be looked for. Reads only."""

    @abstractmethod
    def send(self, work: Work, items: Sequence[Subject]) -> Mapping[Subject, ItemResult]:
        """Make these happen, in one call where that can be; what became of each that was answered."""

    def probe(self, work: Work) -> Effect | None:
        """Whether all of it has happened; what was found is kept, and only the rest will be sent."""
        items = self._open_items(work)
        found = self.look_up(work, items) if items else {}
        self._keep(work, {item: ItemResult(remote_id) for item, remote_id in found.items()})
        return None if set(items) - set(found) else Effect()

    def act(self, work: Work) -> Effect:
        """Send what has not happened yet. Raises RemoteFailure: DATA where parts were refused, naming how many."""
        items = self._open_items(work)
        results = self.send(work, items) if items else {}
        self._keep(work, results)
        refused = [item for item in items if item in results and results[item].code is not None]
        if set(items) - set(results):
            raise RemoteFailure(SOME_UNANSWERED, failure=Failure.UNKNOWN_OUTCOME)
        if refused:
            raise RemoteFailure(f"{SOME_REFUSED}:{len(refused)}", failure=Failure.DATA)
        return Effect()

    def _open_items(self, work: Work) -> list[Subject]:
        with self._database.reading() as session:
            return [item.subject for item in items_of(session, work.task_id) if item.done_at is None]

    def _keep(self, work: Work, results: Mapping[Subject, ItemResult]) -> None:
        if not results:
            return
        with self._database.begin() as session:
            now = self._clock.now()
            store.keep_items(session, task_id=work.task_id, fence=work.fence, results=results, now=now)
