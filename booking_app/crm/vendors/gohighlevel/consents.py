"""GoHighLevel's "do not disturb" (DND): there is no subscribed state, only channels that are shut or not.

A yes therefore has nothing to raise, and a channel that is shut stays shut. Neither `dnd: false` nor a status of
"inactive" is ever sent: both would open what a person has closed.
"""

from booking_app.core.outbound_http.errors import VendorUnavailable
from booking_app.core.outbound_http.json_api import JsonObject
from booking_app.crm.vendors.gohighlevel.contacts import BY_ID, Contacts
from booking_app.crm.vendors.gohighlevel.transport import GoHighLevelApi
from booking_app.crm.vendors.records import ConsentChange, ConsentProof

SHUT = ("active", "permanent")
REASON = "No marketing consent in an online booking"


class Consents:
    """The e-mail channel of contacts; `shuts_on_refusal` is a clinic's own choice, as it stops other mails as well."""

    def __init__(self, api: GoHighLevelApi, contacts: Contacts, *, shuts_on_refusal: bool) -> None:
        self._api = api
        self._contacts = contacts
        self._shuts_on_refusal = shuts_on_refusal

    def follow(self, email: str, proof: ConsentProof) -> ConsentChange:
        if not proof.is_given and not self._shuts_on_refusal:
            return "unchanged"
        contact = self._contacts.read(email)
        if contact is None:
            raise VendorUnavailable("gohighlevel_contact_gone")
        if proof.is_given:
            return "kept_opt_out" if self._is_shut(contact) else "unchanged"
        return "unchanged" if self._is_shut(contact) else self._shut(contact)

    def _is_shut(self, contact: JsonObject) -> bool:
        return contact.get("dnd") is True or self._api.dialect.email_channel.lower() in {
            channel.lower() for channel in _shut_channels(contact)
        }

    def _shut(self, contact: JsonObject) -> ConsentChange:
        # Whether a write keeps channels it does not name is not documented, so those that are shut are sent along.
        channels = {
            **_shut_channels(contact),
            self._api.dialect.email_channel: {"status": "active", "message": REASON},
        }
        self._api.write("PUT", BY_ID, body={"dndSettings": channels}, contact_id=str(contact["id"]))
        return "lowered"


def _shut_channels(contact: JsonObject) -> dict[str, JsonObject]:
    settings = contact.get("dndSettings")
    rows = settings.items() if isinstance(settings, dict) else ()
    return {str(channel): row for channel, row in rows if isinstance(row, dict) and row.get("status") in SHUT}
