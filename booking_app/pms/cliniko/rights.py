"""Trying what a key may read. One record of each area is asked for, and looked at by nobody."""

from collections.abc import Callable, Mapping

from booking_app.pms.client import ClinikoClient, ClinikoForbidden
from booking_app.pms.rights import Area, Right

PROBES: Mapping[Area, Callable[[ClinikoClient], object]] = {
    "catalogue": lambda client: client.businesses.list(),
    "calendar": lambda client: client.individual_appointments.list(limit=1),
    "patients": lambda client: client.patients.list(limit=1),
    "forms": lambda client: client.patient_forms.list(limit=1),
    "documents": lambda client: client.patient_attachments.list(limit=1),
}


def read_rights(client: ClinikoClient) -> tuple[Right, ...]:
    """Each area with whether its list is open to the key. Any other failure is raised."""
    return tuple(Right(area, _is_open(client, probe)) for area, probe in PROBES.items())


def _is_open(client: ClinikoClient, probe: Callable[[ClinikoClient], object]) -> bool:
    try:
        probe(client)
    except ClinikoForbidden:
        return False
    return True
