"""A call to Stripe once its key is known, and strict reading of its form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from booking_sandbox.stripe import errors
from booking_sandbox.stripe.account import Object, StripeAccount

if TYPE_CHECKING:
    from booking_sandbox.world import World


@dataclass(frozen=True)
class StripeCall:
    """What a handler of the Stripe part is given."""

    world: World
    request: Request
    account: StripeAccount
    args: dict[str, str] = field(default_factory=dict)

    def now(self) -> int:
        """The simulated instant in epoch seconds."""
        return int(self.world.clock.now().timestamp())

    def form(self, *allowed: str) -> dict[str, str]:
        """What was sent; ``metadata[*]`` allows every key of it. Raises 400 for a parameter that is not allowed."""
        return _checked(self.request.form.to_dict(), allowed)

    def query(self, *allowed: str) -> dict[str, str]:
        """As `form`, of the address."""
        return _checked(self.request.args.to_dict(), allowed)

    def need(self, resource: str) -> None:
        """Raise 403 where the restricted key may not use a resource."""
        if resource in self.account.lacks:
            raise errors.forbidden(resource)


def _checked(given: dict[str, str], allowed: tuple[str, ...]) -> dict[str, str]:
    patterns = [re.escape(name).replace(r"\*", r"[^\[\]]+") for name in allowed]
    for name in given:
        if not any(re.fullmatch(pattern, name) for pattern in patterns):
            raise errors.unknown_parameter(name)
    return given


def required(values: dict[str, str], name: str) -> str:
    """A parameter that has to be there. Raises 400."""
    if not values.get(name):
        raise errors.missing_parameter(name)
    return values[name]


def whole(values: dict[str, str], name: str) -> int:
    """A whole number that has to be there. Raises 400."""
    text = required(values, name)
    if not text.isdecimal():
        raise errors.invalid_parameter(name, "must be an integer")
    return int(text)


def members(values: dict[str, str], prefix: str) -> Object:
    """The keys below a bracketed name: ``metadata[deposit]`` is ``{"deposit": …}``."""
    start = f"{prefix}["
    return {name[len(start) : -1]: value for name, value in values.items() if name.startswith(start)}
