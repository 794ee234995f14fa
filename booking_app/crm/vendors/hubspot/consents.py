"""HubSpot's own e-mail subscription, raised only where nobody has ever said no.

A write of SUBSCRIBED does resubscribe somebody who left, so the status is read first and an opt-out is kept, whatever
was ticked in a booking. The endpoint that resubscribes on purpose is never called.
"""

from booking_app.core.outbound_http.errors import VendorMisconfigured
from booking_app.core.outbound_http.json_api import records_in
from booking_app.crm.vendors.hubspot.transport import HubSpotApi
from booking_app.crm.vendors.records import ConsentChange, ConsentProof, iso_utc

STATUSES = "/communication-preferences/{version}/statuses/{email}"
UNSUBSCRIBED_FROM_ALL = "/communication-preferences/{version}/statuses/{email}/unsubscribe-all"
DEFINITIONS = "/communication-preferences/{version}/definitions"
EMAIL_CHANNEL = {"channel": "EMAIL"}
OPT_OUTS = ("UNSUBSCRIBED", "OPT_OUT")


class Consents:
    """One subscription type of one account."""

    def __init__(self, api: HubSpotApi, subscription_id: int | None) -> None:
        self._api = api
        self._subscription_id = subscription_id

    def follow(self, email: str, proof: ConsentProof) -> ConsentChange:
        """Subscribe on a fresh yes where the status is open. A box left empty is no withdrawal and changes nothing."""
        if self._subscription_id is None or not proof.is_given:
            return "unchanged"
        if self._has_left_everything(email):
            return "kept_opt_out"
        status = self._status(email)
        if status in OPT_OUTS:
            return "kept_opt_out"
        return "unchanged" if status == "SUBSCRIBED" else self._subscribe(email, proof)

    def _has_left_everything(self, email: str) -> bool:
        document = self._api.read(UNSUBSCRIBED_FROM_ALL, query=EMAIL_CHANNEL, email=email)
        return any(
            row.get("status") in OPT_OUTS or row.get("wideStatus") in OPT_OUTS
            for row in records_in(document, "results")
        )

    def _status(self, email: str) -> str:
        document = self._api.read(STATUSES, query=EMAIL_CHANNEL, email=email)
        ours = [
            row
            for row in records_in(document, "results")
            if str(row.get("subscriptionId")) == str(self._subscription_id)
        ]
        return str(ours[0].get("status", "")) if ours else "NOT_SPECIFIED"

    def _subscribe(self, email: str, proof: ConsentProof) -> ConsentChange:
        body = {
            "channel": "EMAIL",
            "statusState": "SUBSCRIBED",
            "subscriptionId": self._subscription_id,
            "legalBasis": "CONSENT_WITH_NOTICE",
            "legalBasisExplanation": f"Ticked in {proof.source} at {iso_utc(proof.given_at)}: {proof.wording}",
        }
        try:
            answer = self._api.write("POST", STATUSES, body=body, email=email)
        except VendorMisconfigured:
            self._check_subscription()
            raise
        reasons = [row.get("setStatusSuccessReason") for row in (answer, *records_in(answer, "results"))]
        return "resubscribed" if "RESUBSCRIBE_OCCURRED" in reasons else "raised"

    def _check_subscription(self) -> None:
        """Raises CONFIG when there is no such subscription type: a refused write does not say so."""
        known = [row.get("id") for row in records_in(self._api.read(DEFINITIONS), "results")]
        if str(self._subscription_id) not in map(str, known):
            raise VendorMisconfigured("hubspot_404:subscription") from None
