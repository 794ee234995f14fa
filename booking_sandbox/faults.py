"""Faults that can be switched on: which calls they meet and what happens to those."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import asdict, dataclass, field
from typing import Any

BODIES = {"html", "garbage", "truncated", "empty"}
KINDS = {"status", "delay", "drop_before", "drop_after", "malformed", "rate_limit"}


class FaultInvalid(ValueError):
    """A rule that says something unknown; the text says what."""


@dataclass(frozen=True)
class Match:
    """The calls a fault meets; what is None matches everything. ``path`` is a regular expression, searched."""

    method: str | None = None
    path: str | None = None
    service: str | None = None
    account: str | None = None

    def meets(self, *, method: str, path: str, service: str, account: str | None) -> bool:
        """Whether a call is one of these."""
        return (
            self.method in (None, method)
            and self.service in (None, service)
            and self.account in (None, account)
            and (self.path is None or re.search(self.path, path) is not None)
        )


@dataclass(frozen=True)
class Fault:
    """What happens to a call.

    ``status`` answers that status without processing, with a ``body`` of html, json or empty; ``after_commit`` makes it
    process first. ``delay`` waits ``seconds`` and goes on. ``drop_before`` closes the connection unprocessed,
    ``drop_after`` processes and then closes it unanswered. ``malformed`` processes and spoils the answer (``body``
    html, garbage, truncated or empty). ``rate_limit`` answers 429 with a reset ``seconds`` ahead.
    """

    kind: str
    status: int = 500
    seconds: float = 0.0
    body: str = "html"
    after_commit: bool = False


@dataclass
class Rule:
    """A fault, the calls it meets and how often it still does (``times`` None: for ever)."""

    id: int
    match: Match
    fault: Fault
    times: int | None = 1
    probability: float = 1.0
    seed: int = 0
    met: int = 0
    _dice: random.Random = field(kw_only=True, repr=False)

    def strikes(self) -> bool:
        """Whether this call is hit; counts it when it is."""
        if self.times is not None and self.met >= self.times:
            return False
        if self.probability < 1.0 and self._dice.random() >= self.probability:
            return False
        self.met += 1
        return True

    def to_json(self) -> dict[str, Any]:
        """The rule as the control API shows it."""
        shown = {key: value for key, value in asdict(self.match).items() if value is not None}
        return {
            "id": self.id,
            "match": shown,
            "fault": asdict(self.fault),
            "times": self.times,
            "met": self.met,
            "probability": self.probability,
            "seed": self.seed,
        }


class FaultSwitch:
    """The rules in force, in the order they were set. Several may meet a call: delays add up, one other wins."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._ids = itertools.count(1)

    def set(
        self, match: Match, fault: Fault, *, times: int | None = 1, probability: float = 1.0, seed: int = 0
    ) -> Rule:
        """Switch a fault on. Raises FaultInvalid for an unknown kind, body or expression."""
        if fault.kind not in KINDS or fault.body not in BODIES | {"json"}:
            raise FaultInvalid(f"kind is one of {sorted(KINDS)}, body one of {sorted(BODIES | {'json'})}")
        try:
            re.compile(match.path or "")
        except re.error as error:
            raise FaultInvalid(f"path is not a regular expression: {error}") from error
        rule = Rule(next(self._ids), match, fault, times, probability, seed, _dice=random.Random(seed))
        self._rules.append(rule)
        return rule

    def clear(self, rule_id: int | None = None) -> None:
        """Switch one fault off, or all."""
        self._rules = [rule for rule in self._rules if rule_id is not None and rule.id != rule_id]

    def rules(self) -> list[Rule]:
        """The rules, also those already used up."""
        return list(self._rules)

    def struck(self, *, method: str, path: str, service: str, account: str | None) -> list[Fault]:
        """The faults that hit this call: every delay, and at most one of the others."""
        hit: list[Fault] = []
        for rule in self._rules:
            if any(fault.kind != "delay" for fault in hit) and rule.fault.kind != "delay":
                continue
            if rule.match.meets(method=method, path=path, service=service, account=account) and rule.strikes():
                hit.append(rule.fault)
        return hit
