"""Tags of contacts. Adding one that a contact has makes no second link."""

from collections.abc import Sequence

from booking_app.core.outbound_http.errors import VendorConflict, VendorUnavailable
from booking_app.crm.vendors.activecampaign.transport import ActiveCampaignApi, id_of

TAGS = "/tags"
LINKS = "/contactTags"


def add_tags(api: ActiveCampaignApi, *, contact_id: str, tags: Sequence[str]) -> None:
    """Add tags to those that are there, making a tag that the account lacks. Safe to repeat."""
    for tag in dict.fromkeys(tag.strip() for tag in tags if tag.strip()):
        tag_id = _find(api, tag) or _create(api, tag)
        api.write_in("contactTag", "POST", LINKS, body={"contact": contact_id, "tag": tag_id})


def _find(api: ActiveCampaignApi, tag: str) -> str | None:
    """The search finds every tag that contains the text, so that the whole name is compared here."""
    for row in api.rows(TAGS, "tags", query={"search": tag}):
        if str(row.get("tag", "")).casefold() == tag.casefold():
            return id_of(row)
    return None


def _create(api: ActiveCampaignApi, tag: str) -> str:
    body = {"tag": tag, "tagType": "contact", "description": "Online booking"}
    try:
        return id_of(api.write_in("tag", "POST", TAGS, body=body))
    except VendorConflict:
        made_meanwhile = _find(api, tag)
    if made_meanwhile is None:
        raise VendorUnavailable("activecampaign_tag_unresolved")
    return made_meanwhile
