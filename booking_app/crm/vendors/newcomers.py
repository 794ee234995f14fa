"""What each vendor answers about somebody it does not know yet, for dry runs: the longest way a booking may take."""

from collections.abc import Callable, Mapping

from booking_app.crm.vendors.activecampaign.newcomer import Newcomer as ActiveCampaign
from booking_app.crm.vendors.gohighlevel.newcomer import Newcomer as GoHighLevel
from booking_app.crm.vendors.hubspot.newcomer import Newcomer as HubSpot
from booking_app.crm.vendors.mailchimp.newcomer import Newcomer as Mailchimp
from booking_app.crm.vendors.recording import Answers
from booking_app.crm.vendors.records import Names
from booking_app.crm.vendors.transport import Answer, Call

NEWCOMERS: Mapping[str, Callable[[Names], Answers]] = {
    "hubspot": HubSpot,
    "gohighlevel": GoHighLevel,
    "activecampaign": ActiveCampaign,
    "mailchimp": Mailchimp,
}


def taking_everything(_call: Call) -> Answer:
    """A receiver of webhooks that is content with every message."""
    return Answer(204, {}, b"")
