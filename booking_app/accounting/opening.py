"""A connection opened: which vendor, with which token, at which address, within which limit."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from booking_app.accounting.tokens import Tokens
from booking_app.accounting.vendors.xero.api import XeroApi
from booking_app.accounting.vendors.xero.books import XeroBooks
from booking_app.accounting.vendors.xero.oauth import API_URL, IDENTITY_URL, LOGIN_URL, XeroOAuth
from booking_app.clinics.models import Connection
from booking_app.core.clock import Clock, SystemClock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.outbound_http.errors import VendorBusy
from booking_app.core.outbound_http.pace import Paces, RequestLimit
from booking_app.core.outbound_http.transport import Call, Transport, open_http
from booking_app.core.sealing import Keyring
from booking_app.pms.rate_budget.budget import Budget
from booking_app.pms.rate_budget.records import Limit, Priority
from booking_app.tasks.records import current_task
from booking_app.tasks.write_log.write_log import WriteLog

# Xero documents 60 a minute and 5 under way at once for an organisation; the margin is for what is on its way.
A_MINUTE = Limit(calls=54, seconds=60, kept=10)
AT_ONCE = RequestLimit(calls=4, seconds=0.0)

log = structlog.get_logger(__name__)


class Opener:
    """Opens accounting connections by their id. Safe to share between threads."""

    def __init__(
        self, *, database: Database, keyring: Keyring, clock: Clock, budget: Budget, write_log: WriteLog,
        pause: Callable[[float], None], base_url: str | None = None, identity_url: str | None = None,
        paces: Paces | None = None,
    ) -> None:  # fmt: skip
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._budget = budget
        self._write_log = write_log
        self._api_url = (base_url or API_URL).rstrip("/")
        self._identity_url = (identity_url or IDENTITY_URL).rstrip("/")
        self._login_url = (identity_url or LOGIN_URL).rstrip("/")
        self._http = open_http()
        self._paces = paces or Paces(monotonic=SystemClock().monotonic)
        self.tokens = Tokens(database=database, keyring=keyring, clock=clock, oauth=self.oauth, pause=pause)

    def connection(self, connection_id: int) -> Connection:
        """Raises RemoteFailure CONFIG when it is gone."""
        with self._database.reading() as session:
            found = session.get(Connection, connection_id)
        if found is None:
            raise RemoteFailure("connection_gone", failure=Failure.CONFIG)
        return found

    def oauth(self, connection_id: int) -> XeroOAuth:
        """The protocol of the connection's own app."""
        connection = self.connection(connection_id)
        return XeroOAuth(
            client_id=str(connection.config.get("client_id", "")),
            client_secret=self._keyring.unseal(connection.secret).decode(),
            login_url=self._login_url,
            identity=self._transport(connection, self._identity_url),
            api=self._transport(connection, self._api_url),
        )

    def open(self, connection_id: int, *, even_paused: bool = False, is_waited_for: bool = False) -> XeroBooks:
        """The books of a connection; asks for a token where the one kept ends soon.

        Raises RemoteFailure AUTH while it is paused or not authorised, CONFIG where no organisation is chosen.
        """
        connection = self.connection(connection_id)
        if connection.state == "paused" and not even_paused:
            raise RemoteFailure("connection_paused", failure=Failure.AUTH)
        tenant_id = connection.config.get("tenant_id")
        if not tenant_id:
            raise RemoteFailure("no_organisation", failure=Failure.CONFIG)
        priority = Priority.WAITED_FOR if is_waited_for else Priority.BACKGROUND
        key = f"xero:{tenant_id}"
        limited = replace(
            self._transport(connection, self._api_url),
            pace=self._paces.of(key, AT_ONCE),
            charge=partial(self._charge, key, priority),
        )
        api = XeroApi(
            transport=limited,
            token=self.tokens.access(connection_id),
            renew=lambda stale: self.tokens.access(connection_id, stale=stale),
            tenant_id=str(tenant_id),
        )
        return XeroBooks(api=api)

    def hold_back(self, connection_id: int, failure: RemoteFailure) -> None:
        """The vendor has said that the limit is reached: nobody calls before it wants to hear. Commits."""
        if not isinstance(failure, VendorBusy) or not failure.retry_after:
            return
        with self._database.reading() as session:
            connection = session.get(Connection, connection_id)
        tenant_id = connection.config.get("tenant_id") if connection else None
        if tenant_id:
            self._budget.block(f"xero:{tenant_id}", failure.retry_after)

    def close(self) -> None:
        self._http.close()

    def _charge(self, key: str, priority: Priority, deadline: float | None) -> None:
        self._budget.take(key, A_MINUTE, priority=priority, deadline=deadline)

    def _transport(self, connection: Connection, base_url: str) -> Transport:
        headers: Mapping[str, str] = {"Accept": "application/json"}
        return Transport(
            vendor=connection.vendor,
            base_url=base_url,
            http=self._http,
            headers=headers,
            monotonic=self._clock.monotonic,
            on_outcome=partial(self._count, f"connection:{connection.id}"),
            on_call=partial(self._keep_write_log, connection.id),
        )

    def _count(self, key: str, outcome: str) -> None:
        try:
            self._budget.count(key, outcome)
        except SQLAlchemyError as error:  # the vendor has done its part: a figure less must not fail the task
            log.warning("count_failed", key=key, error=type(error).__name__)

    def _keep_write_log(self, connection_id: int, call: Call, status: int | None) -> None:
        self._write_log.record(
            connection_id=connection_id, task_id=current_task.get(), method=call.method, route=call.route, status=status
        )
