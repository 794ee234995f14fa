"""The readings as Prometheus wants them. The names are a promise to whoever has built a dashboard on them."""

from collections.abc import Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from sqlalchemy.orm import Session

from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.pages.ops import readings
from booking_app.pages.ops.confirm_times import ConfirmTimes
from booking_app.pages.ops.readings import Account, Tally
from booking_app.pms.rate_budget.budget import Budget
from booking_app.pms.rate_budget.records import CLINIKO

CONFIRM_BOUNDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 300.0, 3600.0)


class Collector:
    """Asked once a scrape; reads, and writes nothing. One per process, because it remembers what is settled."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._confirm_times = ConfirmTimes(CONFIRM_BOUNDS)

    def collect(self) -> Iterator[Metric]:
        with self._database.reading() as session:
            families = [*self._task_runner(session), *self._booking(session), *self._remote(session)]
            accounts = readings.accounts(session)
        yield from families
        yield self._budget_left(accounts)

    def _task_runner(self, session: Session) -> Iterator[Metric]:
        yield _gauge(
            "booking_tasks", "Tasks of the task runner.", ("state", "kind", "failure"), readings.tasks(session)
        )
        now = self._clock.now()
        since = readings.oldest_due_at(session, now)
        age = max((now - since).total_seconds(), 0.0) if since else 0.0
        yield GaugeMetricFamily(
            "booking_oldest_due_task_seconds", "How long the longest-waiting due task has been due.", value=age
        )

    def _booking(self, session: Session) -> Iterator[Metric]:
        yield _gauge("booking_bookings", "Bookings.", ("state",), readings.bookings(session))
        yield GaugeMetricFamily(
            "booking_held_requests",
            "Bookings held, as their patients wished, until Cliniko answers.",
            value=readings.held_requests(session),
        )
        yield _gauge("booking_drafts", "Drafts.", ("state",), readings.drafts(session))
        yield _gauge("booking_holds", "Holds.", ("state",), readings.holds(session, self._clock.now()))
        took = self._confirm_times.read(session, self._clock.now())
        family = HistogramMetricFamily("booking_confirm_seconds", "From a patient's confirming to Cliniko having it.")
        buckets = [(str(bound), float(number)) for bound, number in took.within]
        family.add_metric((), [*buckets, ("+Inf", float(took.count))], took.total_seconds)
        yield family

    def _remote(self, session: Session) -> Iterator[Metric]:
        names = ("vendor", "state")
        yield _gauge("booking_connections", "Connections to Cliniko and CRMs.", names, readings.connections(session))
        calls = CounterMetricFamily(
            "booking_remote_calls", "Calls to remote systems by how they ended.", labels=("clinic", "system", "outcome")
        )
        for values, number in readings.calls(session):
            calls.add_metric(values, number)
        yield calls

    def _budget_left(self, accounts: Sequence[Account]) -> Metric:
        left = GaugeMetricFamily(
            "booking_cliniko_budget_left", "Calls to Cliniko that patients could cause now.", labels=("clinic",)
        )  # fmt: skip
        budget = Budget(database=self._database, clock=self._clock, pause=lambda _seconds: None)
        known = budget.left_of({account.budget_key for account in accounts}, CLINIKO)
        for account in accounts:
            left.add_metric((account.clinic,), known[account.budget_key])
        return left


def _gauge(name: str, says: str, labels: Sequence[str], tallies: Sequence[Tally]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=labels)
    for values, number in tallies:
        family.add_metric(values, number)
    return family
