"""Lists, which in ActiveCampaign are subscriptions: being on one means getting its mail.

Writing status 1 brings back whoever left by hand, without a question. So the status is read first, nobody who has left
or bounced is written, and the source id that marks a resubscription is never sent.
"""

from booking_app.core.outbound_http.errors import VendorMisconfigured, VendorMissing, VendorUnavailable
from booking_app.core.outbound_http.json_api import JsonObject
from booking_app.crm.vendors.activecampaign.contacts import Contacts
from booking_app.crm.vendors.activecampaign.transport import ActiveCampaignApi, id_of
from booking_app.crm.vendors.records import ConsentChange, ConsentProof

LIST = "/lists/{list_id}"
OF_CONTACT = "/contacts/{contact_id}/contactLists"
SUBSCRIPTIONS = "/contactLists"
UNCONFIRMED, ACTIVE = "0", "1"


def check_list(api: ActiveCampaignApi, list_id: str) -> None:
    """Raises CONFIG when there is no such list."""
    try:
        api.read_in("list", LIST, list_id=list_id)
    except VendorMissing:
        raise VendorMisconfigured("activecampaign_404:list") from None


class Subscriptions:
    """One list of one account."""

    def __init__(self, api: ActiveCampaignApi, contacts: Contacts, list_id: str | None) -> None:
        self._api = api
        self._contacts = contacts
        self._list_id = list_id

    def follow(self, email: str, proof: ConsentProof) -> ConsentChange:
        """Subscribe on a fresh yes whoever never said no. A box left empty is no withdrawal and changes nothing."""
        if self._list_id is None or not proof.is_given:
            return "unchanged"
        contact = self._contacts.read(email)
        if contact is None:
            raise VendorUnavailable("activecampaign_contact_gone")
        return self._follow(contact, self._list_id)

    def _follow(self, contact: JsonObject, list_id: str) -> ConsentChange:
        contact_id = id_of(contact)
        rows = list(self._api.rows(OF_CONTACT, "contactLists", contact_id=contact_id))
        statuses = {str(row.get("list")): str(row.get("status")) for row in rows}
        ours = statuses.get(list_id)
        if ours in (UNCONFIRMED, ACTIVE):
            return "unchanged"
        has_left_all = bool(statuses) and not {UNCONFIRMED, ACTIVE} & set(statuses.values())
        if ours is not None or has_left_all or _has_bounced(contact):
            return "kept_opt_out"
        return self._subscribe(contact_id, list_id)

    def _subscribe(self, contact_id: str, list_id: str) -> ConsentChange:
        if not list_id.isdecimal():
            raise VendorMisconfigured("activecampaign_404:list")
        body = {"list": int(list_id), "contact": int(contact_id), "status": int(ACTIVE)}
        try:
            self._api.write_in("contactList", "POST", SUBSCRIPTIONS, body=body)
        except VendorMisconfigured as refusal:
            if not isinstance(refusal, VendorMissing) and "list" not in refusal.properties:
                raise
            raise VendorMisconfigured("activecampaign_404:list") from None
        return "raised"


def _has_bounced(contact: JsonObject) -> bool:
    return str(contact.get("bounced_hard") or "0") != "0"
