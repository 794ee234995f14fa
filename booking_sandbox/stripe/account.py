"""One Stripe account: its keys, what was paid, and what it remembers of earlier requests."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from booking_sandbox.demo_keys import DEMO_STRIPE_KEY, DEMO_STRIPE_WEBHOOK_SECRET

Object = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """The answer to a request with an idempotency key: the same request gets it again, a failure too."""

    asked: str
    status: int
    body: bytes


@dataclass
class StripeAccount:
    """The state behind one key. ``lacks`` names the resources that a restricted key may not use."""

    name: str
    account_id: str
    key: str
    country: str = "AU"
    currency: str = "aud"
    charges_enabled: bool = True
    afterpay: str = "inactive"
    lacks: frozenset[str] = frozenset()
    sessions: dict[str, Object] = field(default_factory=dict)
    intents: dict[str, Object] = field(default_factory=dict)
    charges: dict[str, Object] = field(default_factory=dict)
    refunds: dict[str, Object] = field(default_factory=dict)
    transactions: list[Object] = field(default_factory=list)
    events: list[Object] = field(default_factory=list)
    endpoints: dict[str, Object] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    webhook_secret: str = ""
    _ids: Any = field(default_factory=lambda: itertools.count(1), repr=False)

    @property
    def is_live(self) -> bool:
        return "_live_" in self.key

    def new_id(self, prefix: str) -> str:
        """An id as Stripe writes them."""
        return f"{prefix}_{'live' if self.is_live else 'test'}{self.account_id[5:]}{next(self._ids):06d}"

    def to_json(self) -> dict[str, Any]:
        """What arrived, for the control API."""
        return {
            "sessions": list(self.sessions.values()),
            "payment_intents": list(self.intents.values()),
            "refunds": list(self.refunds.values()),
            "balance_transactions": self.transactions,
            "events": self.events,
            "webhook_endpoints": list(self.endpoints.values()),
        }


def made() -> dict[str, StripeAccount]:
    """The accounts of the sandbox, by the names of the clinics; ``narrow`` has a key that may not refund."""
    accounts = (
        StripeAccount("demo", "acct_1demo", DEMO_STRIPE_KEY, webhook_secret=DEMO_STRIPE_WEBHOOK_SECRET),
        StripeAccount("northside", "acct_1north", "rk_test_sandboxnorthside", afterpay="active"),
        StripeAccount("narrow", "acct_1narrow", "rk_test_sandboxnarrow", lacks=frozenset({"refunds"})),
        StripeAccount("live", "acct_1live", "rk_live_sandboxlive"),
        StripeAccount("abroad", "acct_1abroad", "rk_test_sandboxabroad", country="NZ", currency="nzd"),
    )
    return {account.name: account for account in accounts}
