"""Static lists, which HubSpot's workflows start from."""

from booking_app.core.outbound_http.errors import VendorMisconfigured, VendorMissing
from booking_app.crm.vendors.hubspot.transport import HubSpotApi

ADD = "/crm/lists/{version}/{list_id}/memberships/add"


def add_to_list(api: HubSpotApi, *, contact_id: str, list_id: str) -> None:
    """Put a contact on a static list; one that is on it stays on it. Raises CONFIG when there is no such list."""
    try:
        api.command("PUT", ADD, body=[contact_id], list_id=list_id)
    except VendorMissing:
        raise VendorMisconfigured("hubspot_404:list") from None
