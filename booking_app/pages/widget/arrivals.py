"""How the visitor came here, as the address and the page around the frame say it."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from booking_app.bookings.attribution import attribution_of, marks_of

LONGEST_SAID = 8000
MOST_SAID = 40


def arrival(query: Mapping[str, str], said: str) -> dict[str, str]:
    """What may be kept of an address's marks and of `said`, which the frame's script writes as a query string.

    Click ids count only where the page has said that the visitor gave consent.
    """
    try:
        told = dict(parse_qsl(said[:LONGEST_SAID], max_num_fields=MOST_SAID))
    except ValueError:
        told = {}
    return attribution_of(told, has_consent=told.get("consent") == "granted") | marks_of(query)
