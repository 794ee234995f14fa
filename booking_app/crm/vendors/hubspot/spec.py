"""What the product has to know about HubSpot."""

from booking_app.core.outbound_http.pace import RequestLimit
from booking_app.core.outbound_http.transport import checked_token
from booking_app.crm.vendors.contract import Vendor
from booking_app.crm.vendors.hubspot.client import HubSpot
from booking_app.crm.vendors.hubspot.newcomer import Newcomer
from booking_app.crm.vendors.hubspot.properties import DEFAULT_NAMES
from booking_app.crm.vendors.hubspot.transport import API_VERSION, BASE_URL, HubSpotApi
from booking_app.crm.vendors.spec import Asked, Opening, Rule, VendorSpec


def connect(opening: Opening) -> Vendor:
    """A connection by a service key or a private app's token; calls nobody. Raises CONFIG for an unusable token."""
    headers = {"Authorization": f"Bearer {checked_token('hubspot', opening.token)}", "Accept": "application/json"}
    transport = opening.transport(opening.base_url or BASE_URL, headers=headers)
    config = opening.config
    return HubSpot(
        api=HubSpotApi(transport=transport, version=opening.version or API_VERSION),
        names=config.names,
        tags=config.tags,
        subscription_id=config.subscription,
    )


HUBSPOT = VendorSpec(
    name="hubspot",
    title="HubSpot",
    token=Asked(
        "Token of a private app", "In HubSpot under Settings, Integrations, Private apps. It begins with pat-."
    ),
    names=DEFAULT_NAMES,
    newcomer=Newcomer,
    open=connect,
    options=("subscription", "version"),
    limit=RequestLimit(calls=90, seconds=10),  # a token has 100 in 10 s; other programs may use it too
    meanings=(
        Rule(
            "hubspot_no_record_field",
            r"_no_record_field$",
            "{vendor} has no place yet for the booking's reference, so the booking was not written down there.",
            "Run booking-app connections apply; what waits goes on by itself.",
        ),
        Rule(
            "hubspot_no_tags_field",
            r"_no_tags_field$",
            "{vendor} does not know the tags of this connection yet.",
            "Run booking-app connections apply; what waits goes on by itself.",
        ),
        Rule(
            "hubspot_404:subscription",
            r"_404:subscription$",
            "The subscription type of this connection is not there.",
            "Correct subscription under Connections in the console, or in [[crm]] and import again.",
        ),
    ),
)
