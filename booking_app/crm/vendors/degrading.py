"""Writing without what a vendor refuses: one bad field must not keep a whole contact out."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from booking_app.core.outbound_http.errors import VendorMisconfigured
from booking_app.crm.vendors.records import Upserted


def without_refused(values: Mapping[str, str], write: Callable[[Mapping[str, str]], Upserted]) -> Upserted:
    """Write, and write again without the fields that were refused by name; they are named in the result.

    `write` must be safe to repeat. A refusal that names no field of ours is raised.
    """
    left, dropped = dict(values), list[str]()
    while True:
        try:
            written = write(left)
        except VendorMisconfigured as error:
            named = [name for name in error.properties if name in left]
            if not named:
                raise
            dropped += named
            left = {name: text for name, text in left.items() if name not in named}
        else:
            return replace(written, dropped=(*dropped, *written.dropped))
