"""A clinic's CRM connection, opened: which vendor, with which token, at which address."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import Clock, SystemClock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.outbound_http.errors import VendorBusy
from booking_app.core.outbound_http.pace import Paces, RequestLimit
from booking_app.core.outbound_http.recording import RecordedCall, recording
from booking_app.core.outbound_http.transport import Call, Transport, open_http
from booking_app.core.sealing import Keyring
from booking_app.crm.sync.connections import OpenConnection
from booking_app.crm.sync.dry_run import Rehearsed
from booking_app.crm.vendors.config import CrmSyncConfig, CrmSyncConfigInvalid
from booking_app.crm.vendors.registered import SPECS, WEBHOOK, sync_config
from booking_app.crm.vendors.spec import Opening, OpenTransport
from booking_app.crm.vendors.webhook.client import Webhook
from booking_app.crm.vendors.webhook.outbound import open_outbound
from booking_app.pms.rate_budget.budget import Budget
from booking_app.pms.rate_budget.records import Limit, Priority
from booking_app.tasks.records import current_task
from booking_app.tasks.write_log.write_log import WriteLog

log = structlog.get_logger(__name__)


class Connectors:
    """Opens connections by their id. Safe to share between threads.

    Every request is counted for the metrics, and waits where the vendor has a limit: in this process for its pace, and
    for the budget that all processes share.
    """

    def __init__(
        self, *, database: Database, keyring: Keyring, clock: Clock, budget: Budget, base_urls: Mapping[str, str],
        allow_private_webhooks: bool, write_log: WriteLog, paces: Paces | None = None,
    ) -> None:  # fmt: skip
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._budget = budget
        self._write_log = write_log
        self._base_urls = base_urls
        self._http = open_http()
        self._outbound = open_outbound(allow_private=allow_private_webhooks)
        # One for the life of the process: connections come and go, the vendor's limit stays.
        self._paces = paces or Paces(monotonic=SystemClock().monotonic)
        self._budget_keys: dict[int, str] = {}

    def vendor_of(self, connection_id: int) -> str:
        """The name of the connection's vendor. Raises RemoteFailure CONFIG when it is gone."""
        return self._found(connection_id)[0].vendor

    def clinic_of(self, connection_id: int) -> Clinic:
        """The clinic whose connection it is. Raises RemoteFailure CONFIG when it is gone."""
        return self._found(connection_id)[1]

    def rehearsed(self, connection_id: int) -> Rehearsed:
        """A connection that writes down what it would send, and sends nothing. Raises as `open` does; paused or not."""
        connection, clinic = self._found(connection_id)
        calls: list[RecordedCall] = []
        if connection.vendor == WEBHOOK:
            webhook = self.open_webhook(connection_id, even_paused=True)
            answers = SPECS[WEBHOOK].newcomer({})
            return Rehearsed(replace(webhook, transport=recording(webhook.transport, answers, calls)), calls)

        def open_recorder(base_url: str, *, headers: Mapping[str, str]) -> Transport:
            answers = SPECS[connection.vendor].newcomer(_config(connection).names)
            return recording(self._bare(connection.vendor, base_url, headers), answers, calls)

        return Rehearsed(self._opened(connection, clinic, open_recorder), calls)

    def open(self, connection_id: int, *, even_paused: bool = False) -> OpenConnection:
        """A connection to a CRM; calls nobody.

        Raises RemoteFailure AUTH while it is paused (unless that is no matter, as for a test of it), CONFIG when it
        cannot be used as it is set up.
        """
        connection, clinic = self._usable(connection_id, even_paused=even_paused)

        def open_transport(base_url: str, *, headers: Mapping[str, str]) -> Transport:
            return self._limited(self._bare(connection.vendor, base_url, headers), connection)

        return self._opened(connection, clinic, open_transport)

    def open_webhook(self, connection_id: int, *, even_paused: bool = False) -> Webhook:
        """A connection to a clinic's own receiver; calls nobody. Raises as `open` does."""
        connection, _ = self._usable(connection_id, even_paused=even_paused)
        webhook = Webhook.connect(
            url=str(connection.config.get("url", "")),
            secret=self._token(connection),
            outbound=self._outbound,
            now=self._clock.now,
            monotonic=self._clock.monotonic,
            allowed=connection.config.get("fields", {}),
        )
        return replace(webhook, transport=self._limited(webhook.transport, connection))

    def hold_back(self, connection_id: int, failure: RemoteFailure) -> None:
        """A vendor has said that a connection's limit is reached: nobody calls by it before the vendor wants to hear.

        Only where the vendor has a limit that is counted here; another one's answer is its tasks' own affair. Commits.
        """
        key = self._budget_keys.get(connection_id)
        if key and isinstance(failure, VendorBusy) and failure.retry_after:
            self._budget.block(key, failure.retry_after)

    def close(self) -> None:
        """Close the connections to vendors; nothing may be asked afterwards."""
        self._http.close()
        self._outbound.close()

    def whoami(self, connection_id: int) -> str:
        """Who the vendor says this connection is, in a few words. Raises RemoteFailure."""
        is_webhook = self.vendor_of(connection_id) == WEBHOOK
        opened = self.open_webhook(connection_id) if is_webhook else self.open(connection_id).vendor
        return f"connected to {opened.whoami().account_id}"

    def _opened(self, connection: Connection, clinic: Clinic, open_transport: OpenTransport) -> OpenConnection:
        config = _config(connection)
        make = SPECS[connection.vendor].open
        if make is None:
            raise RemoteFailure(f"no_connector:{connection.vendor}", failure=Failure.CONFIG)
        opening = Opening(
            token=self._token(connection),
            config=config,
            transport=open_transport,
            account=str(connection.config.get("account", "")),
            version=str(connection.config.get("version", "")),
            time_zone=clinic.time_zone,
            base_url=self._base_urls.get(connection.vendor),
        )
        return OpenConnection(make(opening), config)

    def _usable(self, connection_id: int, *, even_paused: bool = False) -> tuple[Connection, Clinic]:
        connection, clinic = self._found(connection_id)
        if connection.state == "paused" and not even_paused:
            raise RemoteFailure("connection_paused", failure=Failure.AUTH)
        return connection, clinic

    def _found(self, connection_id: int) -> tuple[Connection, Clinic]:
        with self._database.reading() as session:
            connection = session.get(Connection, connection_id)
            clinic = session.get(Clinic, connection.clinic_id) if connection else None
        if connection is None or clinic is None:
            raise RemoteFailure("connection_gone", failure=Failure.CONFIG)
        return connection, clinic

    def _token(self, connection: Connection) -> str:
        return self._keyring.unseal(connection.secret).decode()

    def _bare(self, vendor: str, base_url: str, headers: Mapping[str, str]) -> Transport:
        return Transport(
            vendor=vendor,
            base_url=base_url.rstrip("/"),
            http=self._http,
            headers=headers,
            monotonic=self._clock.monotonic,
        )

    def _limited(self, transport: Transport, connection: Connection) -> Transport:
        """The transport with its requests counted, and within the vendor's limit where it has one."""
        counted = replace(
            transport,
            on_outcome=partial(self._count, f"connection:{connection.id}"),
            on_call=partial(self._keep_write_log, connection.id),
        )
        limit = SPECS[connection.vendor].limit
        if limit is None:
            return counted
        key = _limit_key(transport, limit)
        counted = replace(counted, pace=self._paces.of(key, limit))
        if not limit.seconds:
            return counted
        self._budget_keys[connection.id] = key
        return replace(counted, charge=partial(self._charge, key, shared_limit(limit)))

    def _charge(self, key: str, limit: Limit, deadline: float | None) -> None:
        self._budget.take(key, limit, priority=Priority.BACKGROUND, deadline=deadline)

    def _count(self, key: str, outcome: str) -> None:
        try:
            self._budget.count(key, outcome)
        except SQLAlchemyError as error:  # the vendor has done its part: a figure less must not fail the task
            log.warning("count_failed", key=key, error=type(error).__name__)

    def _keep_write_log(self, connection_id: int, call: Call, status: int | None) -> None:
        self._write_log.record(
            connection_id=connection_id, task_id=current_task.get(), method=call.method, route=call.route, status=status
        )


def shared_limit(limit: RequestLimit) -> Limit:
    """What all processes together may send: where requests are spaced, one at a time."""
    if limit.spacing:
        return Limit(calls=1, seconds=limit.spacing)
    return Limit(calls=limit.calls, seconds=limit.seconds)


def _config(connection: Connection) -> CrmSyncConfig:
    """Raises CONFIG for settings that cannot be used, or a vendor that this release does not know."""
    spec = SPECS.get(connection.vendor)
    if spec is None:
        raise RemoteFailure(f"no_connector:{connection.vendor}", failure=Failure.CONFIG)
    try:
        return sync_config(spec.name, connection.config)
    except CrmSyncConfigInvalid as error:
        raise RemoteFailure("connection_config", failure=Failure.CONFIG) from error


def _limit_key(transport: Transport, limit: RequestLimit) -> str:
    """Whose limit it is, as a name that tells neither token nor account."""
    credentials = () if limit.is_of_account else tuple(sorted(transport.headers.items()))
    told = repr((transport.vendor, transport.base_url, credentials))
    return f"{transport.vendor}:{hashlib.sha256(told.encode()).hexdigest()[:40]}"
