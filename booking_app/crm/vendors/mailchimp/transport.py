"""Mailchimp's requests: the host of the key's data centre, and the audience."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from booking_app.core.outbound_http.errors import VendorMisconfigured
from booking_app.core.outbound_http.json_api import JsonApi
from booking_app.crm.vendors.mailchimp.errors import failure_of

VERSION = "/3.0"
DATA_CENTRE = re.compile(r"[a-z]{2,3}\d{1,3}")


def base_url_of(token: str) -> str:
    """The address of a key's data centre. Raises CONFIG: nothing but a data centre may become part of a host."""
    data_centre = token.rpartition("-")[2]
    if not DATA_CENTRE.fullmatch(data_centre):
        raise VendorMisconfigured("mailchimp_token_unusable")
    return f"https://{data_centre}.api.mailchimp.com"


@dataclass(frozen=True, kw_only=True)
class MailchimpApi(JsonApi):
    """`list_id` fills the `{list_id}` of every route."""

    list_id: str

    failure_of = staticmethod(failure_of)

    def _parts(self, route: str, parts: Mapping[str, str]) -> Mapping[str, str]:
        if "{list_id}" in route and not self.list_id:
            raise VendorMisconfigured("mailchimp_no_list")
        return {"list_id": self.list_id, **parts}
