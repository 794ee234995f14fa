"""A clinic's CRM connection, opened: which vendor, with which token, at which address."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.crm.sync.config import CrmSyncConfig, CrmSyncConfigInvalid, read_config
from booking_app.crm.sync.connections import WEBHOOK, OpenConnection
from booking_app.crm.sync.dry_run import Rehearsed
from booking_app.crm.vendors.activecampaign.client import ActiveCampaign
from booking_app.crm.vendors.activecampaign.pace import Paces
from booking_app.crm.vendors.contract import Vendor
from booking_app.crm.vendors.errors import VendorBusy
from booking_app.crm.vendors.gohighlevel import transport as gohighlevel
from booking_app.crm.vendors.gohighlevel.client import GoHighLevel
from booking_app.crm.vendors.hubspot import transport as hubspot
from booking_app.crm.vendors.hubspot.client import HubSpot
from booking_app.crm.vendors.mailchimp.client import Mailchimp
from booking_app.crm.vendors.newcomers import NEWCOMERS, taking_everything
from booking_app.crm.vendors.recording import Answers, RecordedCall, recording
from booking_app.crm.vendors.transport import Call, Transport, open_http
from booking_app.crm.vendors.webhook.client import Webhook
from booking_app.crm.vendors.webhook.outbound import open_outbound
from booking_app.pms.rate_budget.budget import Budget
from booking_app.pms.rate_budget.records import VENDORS, Priority
from booking_app.tasks.records import current_task
from booking_app.tasks.write_log.write_log import WriteLog

V = TypeVar("V", HubSpot, GoHighLevel, ActiveCampaign, Mailchimp)

AT_ONCE = 1000  # requests a second, where none is sent

log = structlog.get_logger(__name__)


class Connectors:
    """Opens connections by their id. Safe to share between threads.

    Every request is counted for the metrics, and taken from the connection's budget where the vendor has a limit.
    """

    def __init__(
        self, *, database: Database, keyring: Keyring, clock: Clock, budget: Budget, base_urls: Mapping[str, str],
        allow_private_webhooks: bool, write_log: WriteLog,
    ) -> None:  # fmt: skip
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._budget = budget
        self._write_log = write_log
        self._base_urls = base_urls
        self._http = open_http()
        self._outbound = open_outbound(allow_private=allow_private_webhooks)
        self._paces = Paces(monotonic=clock.monotonic)  # one for the life of the process: the limit is the account's

    def vendor_of(self, connection_id: int) -> str:
        """The name of the connection's vendor. Raises RemoteFailure CONFIG when it is gone."""
        return self._found(connection_id)[0].vendor

    def clinic_of(self, connection_id: int) -> Clinic:
        """The clinic whose connection it is. Raises RemoteFailure CONFIG when it is gone."""
        return self._found(connection_id)[1]

    def rehearsed(self, connection_id: int) -> Rehearsed:
        """A connection that writes down what it would send, and sends nothing. Raises as `open` does; paused or not."""
        if self.vendor_of(connection_id) == WEBHOOK:
            webhook = self.open_webhook(connection_id, even_paused=True)
            noting = recording(webhook.transport, taking_everything)
            return Rehearsed(replace(webhook, transport=noting), noting.calls)
        opened = self.open(connection_id, even_paused=True)
        answers = NEWCOMERS[opened.config.vendor](opened.config.names)
        vendor, calls = _noting(opened.vendor, answers)
        return Rehearsed(OpenConnection(vendor, opened.config), calls)

    def open(self, connection_id: int, *, even_paused: bool = False) -> OpenConnection:
        """A connection to a CRM; calls nobody.

        Raises RemoteFailure AUTH while it is paused (unless that is no matter, as for a test of it), CONFIG when it
        cannot be used as it is set up.
        """
        connection, clinic = self._usable(connection_id, even_paused=even_paused)
        try:
            config = read_config(connection.vendor, connection.config)
        except (CrmSyncConfigInvalid, KeyError) as error:
            raise RemoteFailure("connection_config", failure=Failure.CONFIG) from error
        make = self._makers().get(connection.vendor)
        if make is None:
            raise RemoteFailure(f"no_connector:{connection.vendor}", failure=Failure.CONFIG)
        return OpenConnection(make(connection, clinic, config), config)

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
        return replace(webhook, transport=self._metered(webhook.transport, connection))

    def hold_back(self, connection_id: int, failure: RemoteFailure) -> None:
        """A vendor has said that a connection's limit is reached: nobody calls by it before the vendor wants to hear.

        Only where the vendor has a limit that is counted here; another one's answer is its tasks' own affair. Commits.
        """
        if isinstance(failure, VendorBusy) and failure.retry_after:
            self._budget.block(_budget_key(connection_id), failure.retry_after)

    def close(self) -> None:
        """Close the connections to vendors; nothing may be asked afterwards."""
        self._http.close()
        self._outbound.close()

    def whoami(self, connection_id: int) -> str:
        """Who the vendor says this connection is, in a few words. Raises RemoteFailure."""
        is_webhook = self.vendor_of(connection_id) == WEBHOOK
        opened = self.open_webhook(connection_id) if is_webhook else self.open(connection_id).vendor
        return f"connected to {opened.whoami().account_id}"

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

    def _bound(self, vendor: V, connection: Connection) -> V:
        """The vendor with its requests counted and charged to the connection."""
        requests = vendor.transport
        transport = self._metered(requests.transport, connection)
        return replace(vendor, transport=replace(requests, transport=transport))

    def _metered(self, transport: Transport, connection: Connection) -> Transport:
        key = _budget_key(connection.id)
        return transport.metered(
            charge=partial(self._charge, key, connection.vendor),
            on_outcome=partial(self._count, key),
            on_call=partial(self._keep_trail, connection.id),
        )

    def _charge(self, key: str, vendor: str, deadline: float | None) -> None:
        if limit := VENDORS.get(vendor):
            self._budget.take(key, limit, priority=Priority.BACKGROUND, deadline=deadline)

    def _count(self, key: str, outcome: str) -> None:
        try:
            self._budget.count(key, outcome)
        except SQLAlchemyError as error:  # the vendor has done its part: a figure less must not fail the task
            log.warning("count_failed", key=key, error=type(error).__name__)

    def _keep_trail(self, connection_id: int, call: Call, status: int | None) -> None:
        self._write_log.record(
            connection_id=connection_id, task_id=current_task.get(), method=call.method, route=call.route, status=status
        )

    def _makers(self) -> Mapping[str, Callable[[Connection, Clinic, CrmSyncConfig], Vendor]]:
        return {
            "hubspot": self._hubspot,
            "gohighlevel": self._gohighlevel,
            "activecampaign": self._activecampaign,
            "mailchimp": self._mailchimp,
        }

    def _hubspot(self, connection: Connection, _clinic: Clinic, config: CrmSyncConfig) -> Vendor:
        vendor = HubSpot.connect(
            token=self._token(connection),
            http=self._http,
            monotonic=self._clock.monotonic,
            names=config.names,
            base_url=self._base_urls.get("hubspot", hubspot.BASE_URL),
            version=str(connection.config.get("version", hubspot.API_VERSION)),
            tags=config.tags,
            subscription_id=config.subscription,
        )
        return self._bound(vendor, connection)

    def _gohighlevel(self, connection: Connection, _clinic: Clinic, config: CrmSyncConfig) -> Vendor:
        vendor = GoHighLevel.connect(
            token=self._token(connection),
            location_id=str(connection.config.get("account", "")),
            http=self._http,
            monotonic=self._clock.monotonic,
            names=config.names,
            base_url=self._base_urls.get("gohighlevel", gohighlevel.BASE_URL),
            version=str(connection.config.get("version", gohighlevel.API_VERSION)),
            shuts_on_refusal=config.do_not_disturb_without_consent,
        )
        return self._bound(vendor, connection)

    def _activecampaign(self, connection: Connection, _clinic: Clinic, config: CrmSyncConfig) -> Vendor:
        vendor = ActiveCampaign.connect(
            token=self._token(connection),
            account=str(connection.config.get("account", "")),
            http=self._http,
            monotonic=self._clock.monotonic,
            paces=self._paces,
            names=config.names,
            base_url=self._base_urls.get("activecampaign"),
            list_id=config.list_id,
        )
        return self._bound(vendor, connection)

    def _mailchimp(self, connection: Connection, clinic: Clinic, config: CrmSyncConfig) -> Vendor:
        vendor = Mailchimp.connect(
            token=self._token(connection),
            list_id=config.list_id,
            time_zone=clinic.time_zone,
            http=self._http,
            monotonic=self._clock.monotonic,
            names=config.names,
            double_opt_in=config.double_opt_in,
            base_url=self._base_urls.get("mailchimp"),
        )
        return self._bound(vendor, connection)


def _noting(vendor: Vendor, answers: Answers) -> tuple[Vendor, list[RecordedCall]]:
    """The vendor over a transport that sends nothing, and what it notes. Nobody's turn is taken."""
    if not isinstance(vendor, HubSpot | GoHighLevel | ActiveCampaign | Mailchimp):
        raise RemoteFailure("no_connector:dry_run", failure=Failure.CONFIG)
    requests = vendor.transport
    noting = recording(requests.transport, answers)
    if isinstance(vendor, ActiveCampaign):
        at_once = Paces(monotonic=noting.monotonic, per_second=AT_ONCE).of(noting.base_url)
        return replace(vendor, transport=replace(vendor.transport, transport=noting, pace=at_once)), noting.calls
    return replace(vendor, transport=replace(requests, transport=noting)), noting.calls  # type: ignore[arg-type]


def _budget_key(connection_id: int) -> str:
    return f"connection:{connection_id}"
