"""What a patient typed so far, right or wrong, in the words of the form: kept with the draft so nothing is lost."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

LONGEST_KEPT = 600_000  # characters of one draft: a long signature and every answer at its longest fit in
MOST_FIELDS = 500

Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Typed:
    """`values` by field name; a field that is empty is not among them. `sent` names the fields sent with Continue."""

    values: Values = field(default_factory=dict)
    sent: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        return {"values": {name: list(given) for name, given in self.values.items()}, "sent": sorted(self.sent)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Typed":
        values = {name: tuple(given) for name, given in data["values"].items()}
        return cls(values, frozenset(data["sent"]))


@dataclass(frozen=True)
class Typing:
    """What one request brings: the fields that were on the screen, and what stood in them."""

    asked: frozenset[str]
    values: Values
    is_sent: bool = False

    @classmethod
    def of(cls, posted: Any, asked: Collection[str], *, is_sent: bool = False) -> "Typing":
        """From a posted form (a multi-dict); what was not asked is left out."""
        names = frozenset(list(asked)[:MOST_FIELDS])
        given = {name: tuple(one for one in posted.getlist(name) if one) for name in sorted(names)}
        return cls(names, {name: values for name, values in given.items() if values}, is_sent)

    def onto(self, before: Typed) -> Typed:
        """What is known after this request. Values that would be more than a draft may hold are left out."""
        kept = {name: values for name, values in before.values.items() if name not in self.asked}
        left = LONGEST_KEPT - sum(_size(name, values) for name, values in kept.items())
        for name, values in sorted(self.values.items(), key=lambda item: _size(*item)):
            left -= _size(name, values)
            if left < 0 or len(kept) >= MOST_FIELDS:
                break
            kept[name] = values
        return Typed(kept, before.sent | self.asked if self.is_sent else before.sent)


NOTHING = Typing(frozenset(), {})


def _size(name: str, values: tuple[str, ...]) -> int:
    return len(name) + sum(len(value) for value in values)
