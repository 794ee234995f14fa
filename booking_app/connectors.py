"""A clinic's CRM connection, opened: which vendor, with which token, at which address."""

from collections.abc import Callable, Mapping

from booking_app.clinics.models import Connection
from booking_app.db import Database
from booking_app.failures import Failure, RemoteFailure
from booking_app.handover.config import HandoverConfigInvalid, read_config
from booking_app.handover.contact_handler import OpenConnection
from booking_app.sealing import Keyring
from booking_app.vendors.contract import Vendor
from booking_app.vendors.hubspot.client import HubSpot
from booking_app.vendors.hubspot.transport import API_VERSION, BASE_URL
from booking_app.vendors.transport import open_http


class Connectors:
    """Opens connections by their id. Safe to share between threads."""

    def __init__(
        self,
        *,
        database: Database,
        keyring: Keyring,
        base_urls: Mapping[str, str],
        monotonic: Callable[[], float],
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._base_urls = base_urls
        self._http = open_http()
        self._monotonic = monotonic

    def open(self, connection_id: int) -> OpenConnection:
        """Calls nobody. Raises RemoteFailure AUTH while paused, CONFIG when it cannot be used as it is set up."""
        with self._database.reading() as session:
            connection = session.get(Connection, connection_id)
        if connection is None:
            raise RemoteFailure("connection_gone", failure=Failure.CONFIG)
        if connection.state == "paused":
            raise RemoteFailure("connection_paused", failure=Failure.AUTH)
        try:
            config = read_config(connection.vendor, connection.config)
        except (HandoverConfigInvalid, KeyError) as error:
            raise RemoteFailure("connection_config", failure=Failure.CONFIG) from error
        return OpenConnection(self._vendor(connection, config.names, config.tags), config)

    def close(self) -> None:
        """Close the connections to vendors; nothing may be asked afterwards."""
        self._http.close()

    def whoami(self, connection_id: int) -> str:
        """Who the vendor says this connection is, in a few words. Raises RemoteFailure."""
        account = self.open(connection_id).vendor.whoami()
        return f"connected to account {account.account_id}"

    def _vendor(self, connection: Connection, names: Mapping[str, tuple[str, ...]], tags: tuple[str, ...]) -> Vendor:
        if connection.vendor != "hubspot":
            raise RemoteFailure(f"no_connector:{connection.vendor}", failure=Failure.CONFIG)
        return HubSpot.connect(
            token=self._keyring.unseal(connection.secret).decode(),
            http=self._http,
            monotonic=self._monotonic,
            names=names,
            base_url=self._base_urls.get("hubspot", BASE_URL),
            version=str(connection.config.get("version", API_VERSION)),
            tags=tags,
        )
