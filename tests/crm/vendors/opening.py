"""A connection to a vendor as its spec opens it, over a given HTTP client and without the shared budget."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from booking_app.core.outbound_http.pace import Pace
from booking_app.core.outbound_http.transport import HttpClient, Transport
from booking_app.crm.vendors.records import Names
from booking_app.crm.vendors.registered import SPECS, sync_config
from booking_app.crm.vendors.spec import Opening


def opened(
    vendor: str, *, token: str, http: HttpClient, monotonic: Callable[[], float], base_url: str | None = None,
    account: str = "", version: str = "", time_zone: str = "UTC", names: Names | None = None, pace: Pace | None = None,
    **config: Any,
) -> Any:  # fmt: skip
    """The vendor's client, with all fields unless `names` says which. `config` is what a clinic sets in [[crm]]."""

    def transport(url: str, *, headers: Mapping[str, str]) -> Transport:
        return Transport(
            vendor=vendor, base_url=url.rstrip("/"), http=http, headers=headers, monotonic=monotonic, pace=pace
        )

    settings = sync_config(vendor, config)
    make = SPECS[vendor].open
    assert make is not None
    return make(
        Opening(
            token=token,
            config=replace(settings, names=names or SPECS[vendor].names),
            transport=transport,
            account=account,
            version=version,
            time_zone=time_zone,
            base_url=base_url,
        )
    )
