"""What the product has to know about ActiveCampaign."""

from booking_app.core.outbound_http.pace import RequestLimit
from booking_app.core.outbound_http.transport import checked_token
from booking_app.crm.vendors.activecampaign.addresses import account_name, account_url, api_url
from booking_app.crm.vendors.activecampaign.client import ActiveCampaign
from booking_app.crm.vendors.activecampaign.fields import DEFAULT_NAMES
from booking_app.crm.vendors.activecampaign.newcomer import Newcomer
from booking_app.crm.vendors.activecampaign.transport import ActiveCampaignApi
from booking_app.crm.vendors.contract import Vendor
from booking_app.crm.vendors.spec import Asked, Needed, Opening, VendorSpec


def connect(opening: Opening) -> Vendor:
    """A connection by a user's API key; calls nobody.

    The account is its API URL; an address that replaces it for tests and proxies is not checked. Raises CONFIG for a
    token or URL that cannot be used.
    """
    url = opening.base_url or account_url(opening.account)
    headers = {"Api-Token": checked_token("activecampaign", opening.token), "Accept": "application/json"}
    api = ActiveCampaignApi(transport=opening.transport(api_url(url), headers=headers))
    config = opening.config
    return ActiveCampaign(api=api, names=config.names, account=account_name(opening.account), list_id=config.list_id)


ACTIVECAMPAIGN = VendorSpec(
    name="activecampaign",
    title="ActiveCampaign",
    token=Asked("API key", "In ActiveCampaign under Settings, Developer."),
    names=DEFAULT_NAMES,
    newcomer=Newcomer,
    open=connect,
    needed=Needed(
        "account",
        Asked("API address", "In ActiveCampaign under Settings, Developer, such as https://you.api-us1.com."),
        "the API address of the ActiveCampaign account",
    ),
    # Five a second are all that an account has, for every key and integration together.
    limit=RequestLimit(calls=4, seconds=1, spacing=0.25, is_of_account=True),
)
