"""What the product has to know about GoHighLevel."""

import re

from booking_app.core.outbound_http.errors import VendorMisconfigured
from booking_app.core.outbound_http.pace import RequestLimit
from booking_app.core.outbound_http.transport import checked_token
from booking_app.crm.vendors.contract import Vendor
from booking_app.crm.vendors.gohighlevel.client import GoHighLevel
from booking_app.crm.vendors.gohighlevel.dialects import dialect_of
from booking_app.crm.vendors.gohighlevel.fields import DEFAULT_NAMES
from booking_app.crm.vendors.gohighlevel.newcomer import Newcomer
from booking_app.crm.vendors.gohighlevel.transport import API_VERSION, BASE_URL, GoHighLevelApi
from booking_app.crm.vendors.spec import Asked, Needed, Opening, Rule, VendorSpec

LOCATION_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def connect(opening: Opening) -> Vendor:
    """A connection by a private integration's token; calls nobody.

    Raises CONFIG for a token, sub-account id or version that cannot be used.
    """
    if not LOCATION_ID.fullmatch(opening.account):
        raise VendorMisconfigured("gohighlevel_location_unusable")
    headers = {"Authorization": f"Bearer {checked_token('gohighlevel', opening.token)}", "Accept": "application/json"}
    api = GoHighLevelApi(
        transport=opening.transport(opening.base_url or BASE_URL, headers=headers),
        location_id=opening.account,
        dialect=dialect_of(opening.version or API_VERSION),
    )
    config = opening.config
    return GoHighLevel(api=api, names=config.names, shuts_on_refusal=config.do_not_disturb_without_consent)


GOHIGHLEVEL = VendorSpec(
    name="gohighlevel",
    title="GoHighLevel",
    token=Asked(
        "Private integration token",
        "In GoHighLevel under Settings, Private integrations. It begins with pit-.",
    ),
    names=DEFAULT_NAMES,
    newcomer=Newcomer,
    open=connect,
    needed=Needed(
        "account",
        Asked("Location id", "In GoHighLevel under Settings, Business profile."),
        "the id of the GoHighLevel location",
    ),
    options=("do_not_disturb_without_consent", "version"),
    limit=RequestLimit(calls=90, seconds=10),  # a token has 100 in 10 s; other programs may use it too
    meanings=(
        Rule(
            "gohighlevel_…:version, gohighlevel_version_unknown",
            r"^gohighlevel_.*version",
            "GoHighLevel does not speak the version of its interface that this connection asks for.",
            "Correct version under Connections in the console, or in [[crm]] and import again.",
        ),
        Rule(
            "gohighlevel_…:duplicate, gohighlevel_split_identity",
            r"^gohighlevel_.*(?::duplicate|split_identity)$",
            "E-mail address and telephone number belong to two contacts there.",
            "Merge the two in {vendor}, then retry the task.",
        ),
    ),
)
