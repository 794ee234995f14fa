"""A consent to e-mail marketing, as a question of Mailchimp's to the person unless the clinic wants no second question.

Who never said yes or no is set to "pending", upon which Mailchimp writes to them and waits for the click. Who
unsubscribed, bounced or was archived stays so, whatever was ticked in a booking.
"""

from booking_app.core.outbound_http.errors import VendorDeclined
from booking_app.crm.vendors.mailchimp.members import Member, Members
from booking_app.crm.vendors.records import ConsentChange, ConsentProof, iso_utc

LEFT = ("unsubscribed", "archived", "cleaned")


class Consents:
    """The subscription of one audience."""

    def __init__(self, members: Members) -> None:
        self._members = members

    def follow(self, email: str, proof: ConsentProof) -> ConsentChange:
        """Ask on a fresh yes where the person is no subscriber yet. A box left empty is no withdrawal."""
        if not proof.is_given:
            return "unchanged"
        member = self._members.read(email)
        if member is None:
            return "unchanged"
        if member.status in LEFT:
            return "kept_opt_out"
        return self._ask(member, proof) if member.status == "transactional" else "unchanged"

    def _ask(self, member: Member, proof: ConsentProof) -> ConsentChange:
        try:
            self._members.raise_standing(member, signed_up_at=iso_utc(proof.given_at))
        except VendorDeclined:
            return "kept_opt_out"
        return "raised"
