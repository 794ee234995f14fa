"""A clinic's payment connections, opened: which vendor, with which secret, at which address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Connection
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.outbound_http.transport import Call, Transport, open_http
from booking_app.core.sealing import Keyring
from booking_app.deposits.vendors.contract import Cashier
from booking_app.deposits.vendors.registered import SPECS
from booking_app.deposits.vendors.spec import PaymentSpec
from booking_app.pms.rate_budget.budget import Budget
from booking_app.tasks.records import current_task
from booking_app.tasks.write_log.write_log import WriteLog

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Method:
    """One way to pay that a clinic has connected. `is_usable`: neither paused nor a test key where none may be."""

    connection_id: int
    spec: PaymentSpec
    is_test: bool
    is_usable: bool


class Cashiers:
    """Opens payment connections by their id. Safe to share between threads.

    `allows_test`: whether keys that move no real money may be used, which nobody wants in production by mistake.
    """

    def __init__(
        self, *, database: Database, keyring: Keyring, clock: Clock, budget: Budget, base_urls: Mapping[str, str],
        allows_test: bool, write_log: WriteLog,
    ) -> None:  # fmt: skip
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._budget = budget
        self._base_urls = base_urls
        self.allows_test = allows_test
        self._write_log = write_log
        self._http = open_http()

    def methods(self, session: Session, clinic_id: int) -> tuple[Method, ...]:
        """The ways to pay of a clinic, one a vendor, in the order in which they were connected."""
        rows = [row for row in connections_of(session, clinic_id) if row.vendor in SPECS]
        return tuple(self._method(row) for row in rows)

    def open(self, connection_id: int, *, even_paused: bool = False) -> Cashier:
        """A connection to a payment vendor; calls nobody.

        Raises RemoteFailure AUTH while it is paused (unless that is no matter, as for money under way), CONFIG when it
        cannot be used as it is set up.
        """
        connection = self._found(connection_id)
        if connection.state == "paused" and not even_paused:
            raise RemoteFailure("connection_paused", failure=Failure.AUTH)
        method = self._method(connection)
        if method.is_test and not self.allows_test:
            raise RemoteFailure(f"{connection.vendor}_test_key_in_production", failure=Failure.CONFIG)
        return self._connected(method.spec, self.secrets(connection)[0], connection.id)

    def trial(self, vendor: str, secret: str) -> Cashier:
        """An account by a secret that is not stored yet; calls nobody. Raises RemoteFailure CONFIG as `open` does."""
        spec = SPECS[vendor]
        cashier = self._connected(spec, secret, None)
        if not spec.is_live_secret(secret) and not self.allows_test:
            raise RemoteFailure(f"{vendor}_test_key_in_production", failure=Failure.CONFIG)
        return cashier

    def _connected(self, spec: PaymentSpec, secret: str, connection_id: int | None) -> Cashier:
        base_url = self._base_urls.get(spec.name)
        return spec.connect(secret, base_url=base_url, transport=partial(self._transport, connection_id, spec))

    def secrets(self, connection: Connection) -> list[str]:
        """The connection's own secret first, then those by which its messages are signed."""
        return self._keyring.unseal(connection.secret).decode().split()

    def close(self) -> None:
        """Close the connections to vendors; nothing may be asked afterwards."""
        self._http.close()

    def _method(self, connection: Connection) -> Method:
        spec = SPECS[connection.vendor]
        is_test = not spec.is_live_secret(self.secrets(connection)[0])
        is_usable = connection.state != "paused" and (self.allows_test or not is_test)
        return Method(connection.id, spec, is_test, is_usable)

    def _found(self, connection_id: int) -> Connection:
        with self._database.reading() as session:
            connection = session.get(Connection, connection_id)
        if connection is None or connection.vendor not in SPECS:
            raise RemoteFailure("connection_gone", failure=Failure.CONFIG)
        return connection

    def _transport(
        self, connection_id: int | None, spec: PaymentSpec, base_url: str, *, headers: Mapping[str, str]
    ) -> Transport:
        bare = Transport(
            vendor=spec.name,
            base_url=base_url.rstrip("/"),
            http=self._http,
            headers=headers,
            monotonic=self._clock.monotonic,
            call_seconds=spec.call_seconds,
        )
        if connection_id is None:
            return bare
        return replace(
            bare,
            on_outcome=partial(self._count, f"connection:{connection_id}"),
            on_call=partial(self._keep_write_log, connection_id),
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
