"""A clinic's practice, by the clinic's id: one Cliniko client per connection, kept while its key stays the same."""

import threading
from functools import partial

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Connection
from booking_app.core.db import Database
from booking_app.core.failures import Failure
from booking_app.core.recent import RecentReads
from booking_app.core.sealing import Keyring
from booking_app.pms.cliniko import CallRecord, ClinikoPractice, open_pool
from booking_app.pms.errors import NOT_CONNECTED, PracticeMisconfigured, PracticeRefused
from booking_app.pms.practice import Practice
from booking_app.pms.rate_budget.budget import Budget
from booking_app.pms.rate_budget.records import CLINIKO, Priority
from booking_app.pms.records import Account
from booking_app.tasks.records import current_task
from booking_app.tasks.write_log.write_log import WriteLog

log = structlog.get_logger(__name__)


class ClinikoPractices:
    """Callable with a clinic's id, for background work; `waited_for` is the same for what somebody pressed a button
    for, `for_pages` for looking at times, and `spare` for what nobody waits for.

    Safe to share between threads. Every request is taken from the budget of the key's user.
    """

    def __init__(
        self, *, database: Database, keyring: Keyring, budget: Budget, contact_email: str, base_url: str | None,
        write_log: WriteLog, recent: RecentReads,
    ) -> None:  # fmt: skip
        self._database = database
        self._recent = recent
        self._keyring = keyring
        self._budget = budget
        self._write_log = write_log
        self._contact_email = contact_email
        self._base_url = base_url
        self._pool = open_pool(base_url)
        self._lock = threading.Lock()
        self._open: dict[int, tuple[bytes, ClinikoPractice]] = {}

    def __call__(self, clinic_id: int) -> Practice:
        """Raises PracticeRefused while the connection is paused, PracticeMisconfigured when there is none."""
        return self._practice(self.connection(clinic_id), Priority.BACKGROUND)

    def waited_for(self, clinic_id: int) -> Practice:
        """The practice for calls that come before background work; raises the same."""
        return self._practice(self.connection(clinic_id), Priority.WAITED_FOR)

    def for_pages(self, clinic_id: int) -> Practice:
        """For looking at times, which leaves a share of the budget to what somebody pressed a button for.

        What is known of the connection may be a second old.
        """
        connection = self._recent.get(("cliniko", clinic_id), lambda session: _connection(session, clinic_id))
        return self._practice(connection, Priority.BROWSING)

    def trial(self, key: str) -> tuple[Account, Practice]:
        """Whose key this is, and the practice behind it, for a key that is not stored (yet). Raises RemoteFailure."""
        practice = ClinikoPractice.connect(
            key, contact_email=self._contact_email, base_url=self._base_url, http=self._pool
        )
        account = practice.whoami()
        charge = partial(self._charge, account.budget_key, Priority.WAITED_FOR)
        return account, practice.charged(charge, on_limit=partial(self._budget.block, account.budget_key))

    def spare(self, clinic_id: int) -> Practice:
        """The practice for calls that come after all other work; raises the same."""
        return self._practice(self.connection(clinic_id), Priority.SPARE)

    def close(self) -> None:
        """Close the connections to Cliniko; nothing may be asked afterwards."""
        self._pool.close()

    def connection(self, clinic_id: int) -> Connection:
        """The clinic's connection to Cliniko. Raises PracticeMisconfigured."""
        with self._database.reading() as session:
            return _connection(session, clinic_id)

    def _practice(self, connection: Connection, priority: Priority) -> Practice:
        if connection.state == "paused":
            raise PracticeRefused("connection_paused", failure=Failure.AUTH)
        practice = self._opened(connection)
        budget_key = connection.budget_key
        if connection.account_key is None or budget_key is None or connection.web_address is None:
            account = practice.whoami()  # the only two calls that no budget counts; its margin has room for them
            self._remember_account(connection.id, account)
            budget_key = account.budget_key
        charge = partial(self._charge, budget_key, priority)
        return practice.charged(charge, on_limit=partial(self._budget.block, budget_key))

    def _opened(self, connection: Connection) -> ClinikoPractice:
        with self._lock:
            secret, practice = self._open.get(connection.id, (b"", None))
            if practice is None or secret != connection.secret:
                practice = ClinikoPractice.connect(
                    self._keyring.unseal(connection.secret).decode(),
                    contact_email=self._contact_email,
                    base_url=self._base_url,
                    on_call=partial(self._record, connection.id),
                    http=self._pool,
                )
                self._open[connection.id] = (connection.secret, practice)
        return practice

    def _charge(self, budget_key: str, priority: Priority, deadline: float | None) -> None:
        self._budget.take(budget_key, CLINIKO, priority=priority, deadline=deadline)

    def _record(self, connection_id: int, call: CallRecord) -> None:
        """One line a call: the route template, never the address, whose query may name a person."""
        log.info(
            "cliniko_call", connection_id=connection_id, method=call.method, route=call.route, status=call.status,
            ms=call.milliseconds, request_id=call.request_id, error=call.error,
        )  # fmt: skip
        self._budget.count(f"connection:{connection_id}", _outcome(call.status))
        self._write_log.record(
            connection_id=connection_id, task_id=current_task.get(), method=call.method, route=call.route,
            status=call.status,
        )  # fmt: skip

    def _remember_account(self, connection_id: int, account: Account) -> None:
        """Keep which account and user the key opens: holds are unique within the one, the budget is the other's."""
        with self._database.begin() as session:
            session.execute(
                update(Connection)
                .where(Connection.id == connection_id)
                .values(account_key=account.account_key, budget_key=account.budget_key, web_address=account.web_address)
            )


def _outcome(status: int | None) -> str:
    """The class of a status, the limit's own apart."""
    if status is None:
        return "no_answer"
    return "429" if status == 429 else f"{status // 100}xx"


def _connection(session: Session, clinic_id: int) -> Connection:
    found = connections_of(session, clinic_id, "cliniko")
    if not found:
        raise PracticeMisconfigured(NOT_CONNECTED)
    return found[0]
