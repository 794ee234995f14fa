"""Every payment vendor this release knows."""

from collections.abc import Mapping

from booking_app.deposits.vendors.spec import PaymentSpec
from booking_app.deposits.vendors.stripe.spec import STRIPE

SPECS: Mapping[str, PaymentSpec] = {STRIPE.name: STRIPE}
