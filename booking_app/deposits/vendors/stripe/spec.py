"""What the product has to know about Stripe."""

import re

from booking_app.core.outbound_http.errors import VendorMisconfigured
from booking_app.deposits.vendors.spec import OpenTransport, PaymentSpec
from booking_app.deposits.vendors.stripe.client import LEAST, Stripe
from booking_app.deposits.vendors.stripe.transport import HOST, VERSION, StripeApi

NAME = "stripe"
SECRET = re.compile(r"(?:rk|sk)_(test|live)_[A-Za-z0-9_]{4,250}")


def connect(secret: str, *, base_url: str | None, transport: OpenTransport) -> Stripe:
    """A clinic's own account, by a restricted or secret key. Raises CONFIG for what is no such key."""
    found = SECRET.fullmatch(secret)
    if found is None:
        raise VendorMisconfigured("stripe_token_unusable")
    headers = {"Authorization": f"Bearer {secret}", "Stripe-Version": VERSION}
    return Stripe(api=StripeApi(transport=transport(base_url or HOST, headers=headers)), is_live=found[1] == "live")


def _is_live(secret: str) -> bool:
    found = SECRET.fullmatch(secret)
    return found is not None and found[1] == "live"


STRIPE = PaymentSpec(
    name=NAME,
    title="Stripe",
    button="by card",
    connect=connect,
    authorises_itself=True,
    call_seconds=70.0,
    is_live_secret=_is_live,
    least=LEAST,
)
