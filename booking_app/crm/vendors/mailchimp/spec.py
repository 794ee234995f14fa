"""What the product has to know about Mailchimp."""

import base64
from zoneinfo import ZoneInfo

from booking_app.core.outbound_http.pace import RequestLimit
from booking_app.core.outbound_http.transport import checked_token
from booking_app.crm.vendors.contract import Vendor
from booking_app.crm.vendors.mailchimp.client import Mailchimp
from booking_app.crm.vendors.mailchimp.merge_fields import DEFAULT_NAMES
from booking_app.crm.vendors.mailchimp.newcomer import Newcomer
from booking_app.crm.vendors.mailchimp.transport import VERSION, MailchimpApi, base_url_of
from booking_app.crm.vendors.spec import Asked, Opening, Rule, VendorSpec


def connect(opening: Opening) -> Vendor:
    """A connection by an API key; calls nobody. Raises CONFIG for an unusable key.

    The host follows the key's data centre. Without an audience every call but one raises CONFIG.
    """
    key, config = checked_token("mailchimp", opening.token), opening.config
    credentials = base64.b64encode(f"booking:{key}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Accept": "application/json"}
    host = (opening.base_url or base_url_of(key)).rstrip("/").removesuffix(VERSION)
    api = MailchimpApi(transport=opening.transport(host + VERSION, headers=headers), list_id=config.list_id or "")
    zone = ZoneInfo(opening.time_zone)
    return Mailchimp(api=api, names=config.names, zone=zone, double_opt_in=config.double_opt_in)


MAILCHIMP = VendorSpec(
    name="mailchimp",
    title="Mailchimp",
    token=Asked(
        "API key",
        "In Mailchimp under Profile, Extras, API keys. It ends in the data centre, such as -us19.",
    ),
    names=DEFAULT_NAMES,
    newcomer=Newcomer,
    open=connect,
    list=Asked("Audience", "Its id, in Mailchimp under Audience, Settings. Needed."),
    options=("double_opt_in",),
    after_erasing="Mailchimp takes an address that was erased for good by its own sign-up forms alone.",
    # Mailchimp counts open connections of a user: the eleventh gets 429. Several processes share them.
    limit=RequestLimit(calls=4, seconds=0),
    meanings=(
        Rule(
            "mailchimp_archived",
            r"_archived$",
            "The clinic has archived this person in {vendor}, and that is kept.",
            "Nothing. If it was a mistake, bring them back there; their next booking goes through again.",
        ),
        Rule(
            "mailchimp_400:signups_paused",
            r"signups_paused",
            "{vendor} takes this address only later, because it joined many lists of late.",
            "Nothing; it is tried again.",
        ),
    ),
)
