"""What the product has to know about webhooks."""

from booking_app.core.outbound_http.recording import Answers
from booking_app.core.outbound_http.transport import Answer, Call
from booking_app.crm.vendors.records import Names
from booking_app.crm.vendors.spec import Asked, Needed, Rule, VendorSpec
from booking_app.crm.vendors.webhook.client import DEFAULT_NAMES


def taking_everything(_names: Names) -> Answers:
    """A receiver that is content with every message."""

    def answer(_call: Call) -> Answer:
        return Answer(204, {}, b"")

    return answer


WEBHOOK_SPEC = VendorSpec(
    name="webhook",
    title="Webhook",
    called="the webhook",
    token=Asked("Signing secret", "Begins with whsec_. Leave it as it is, or enter the one your receiver gave you."),
    names=DEFAULT_NAMES,
    newcomer=taking_everything,
    open=None,
    needed=Needed("url", Asked("Address to send to", "Your own system’s; https only."), "the address to send to"),
    meanings=(
        Rule(
            "webhook_410:gone",
            r"^webhook_410",
            "The receiver of the webhook says that it wants no more messages; the connection is paused.",
            "Take the connection out, or correct the receiver and resume the connection.",
        ),
        Rule(
            "webhook_url_unusable, webhook_url_not_https, webhook_address_not_public, webhook_3…:redirect",
            r"^webhook_url_|^webhook_address_|^webhook_3",
            "The address of the webhook cannot be used: it has to be https, public, and the final one.",
            "Correct url under Connections in the console, or in [[crm]] and import again.",
        ),
    ),
)
