"""The ``q[]`` filters: field, operator, value, by the kind of the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from booking_sandbox.cliniko.answers import BadRequest
from booking_sandbox.instants import as_text, from_text
from booking_sandbox.table import Record


class Kind(StrEnum):
    """What a filterable field holds, which decides its operators."""

    DATE = "date"
    INSTANT = "date-time"
    NUMBER = "number"
    TEXT = "string"
    BOOLEAN = "boolean"
    LIST = "array"


_OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    Kind.DATE: (">=", "<=", "!?", ">", "<", "=", "?"),
    Kind.INSTANT: (">=", "<=", "!?", ">", "<", "?", "*"),
    Kind.NUMBER: (">=", "<=", "!=", "!?", ">", "<", "=", "?"),
    Kind.TEXT: ("~~", "!=", "!?", "=", "~", "?"),
    Kind.BOOLEAN: ("!=", "="),
    Kind.LIST: ("~",),
}
_WILD_DATE = re.compile(r"(\d{4}|\*{4})-(\d{2}|\*{2})-(\d{2}|\*{2})")
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": lambda have, want: have >= want,
    "<=": lambda have, want: have <= want,
    ">": lambda have, want: have > want,
    "<": lambda have, want: have < want,
}
ALWAYS = {"id": Kind.NUMBER, "created_at": Kind.INSTANT, "updated_at": Kind.INSTANT}
HIDING = ("archived_at", "deleted_at", "cancelled_at")


@dataclass(frozen=True)
class Condition:
    """One ``q[]``, understood."""

    field: str
    kind: Kind
    operator: str
    value: str

    def holds(self, record: Record, *, exact_case: bool) -> bool:
        """Whether a record passes."""
        have = record.get(self.field)
        if self.operator == "*":
            return True
        if self.operator in ("?", "!?"):
            return (have not in (None, "")) is (self.operator == "?")
        if self.kind is Kind.LIST or isinstance(have, list):
            return self._in_list(have or [])
        if self.kind is Kind.NUMBER:
            return self._number(have)
        if self.kind is Kind.TEXT:
            return self._text(have, exact_case)
        if self.kind is Kind.BOOLEAN:
            return (bool(have) is (self.value == "true")) is (self.operator == "=")
        if self.kind is Kind.DATE:
            return self._date(have)
        return have is not None and _COMPARE[self.operator](have, self.value)

    def _in_list(self, have: list[Any]) -> bool:
        wanted = set(self.value.split(","))
        return bool(wanted & {str(item) for item in have}) is not (self.operator == "!=")

    def _number(self, have: Any) -> bool:
        if self.operator in ("=", "!="):
            listed = have is not None and str(have) in self.value.split(",")
            return listed is (self.operator == "=")
        return have is not None and _COMPARE[self.operator](float(have), float(self.value))

    def _text(self, have: Any, exact_case: bool) -> bool:
        text, wanted = str(have or ""), self.value
        if not exact_case or self.operator in ("~", "~~"):
            text, wanted = text.casefold(), wanted.casefold()
        if self.operator == "~":
            return wanted in text
        if self.operator == "~~":
            pattern = ".*".join(re.escape(part) for part in wanted.split("%"))
            return re.fullmatch(pattern, text, re.DOTALL) is not None
        return (text == wanted) is (self.operator == "=")

    def _date(self, have: Any) -> bool:
        if not have:
            return False
        if self.operator == "=":
            return re.fullmatch(self.value.replace("*", r"\d"), str(have)) is not None
        return _COMPARE[self.operator](str(have), self.value)


def parse(texts: Iterable[str], known: Mapping[str, Kind]) -> list[Condition]:
    """The conditions of a query. Raises BadRequest for an unknown field, operator or value."""
    return [_condition(text, {**ALWAYS, **known}) for text in texts]


def _condition(text: str, known: Mapping[str, Kind]) -> Condition:
    name, _, rest = text.partition(":")
    if name not in known:
        raise BadRequest(f"{name} is not filterable")
    kind = known[name]
    operator = next((operator for operator in _OPERATORS[kind] if rest.startswith(operator)), None)
    if operator is None:
        raise BadRequest(f"Filter operator for {name} is missing or not supported")
    value = rest.removeprefix(operator)
    if operator in ("?", "!?", "*"):
        return Condition(name, kind, operator, "")
    return Condition(name, kind, operator, _checked(name, kind, operator, value))


def _checked(name: str, kind: Kind, operator: str, value: str) -> str:
    if kind is Kind.NUMBER:
        parts = value.split(",") if operator in ("=", "!=") else [value]
        if not all(re.fullmatch(r"-?\d+(\.\d+)?", part) for part in parts):
            raise BadRequest(f"Filter value for {name} must be a number")
    if kind is Kind.INSTANT:
        at = from_text(value)
        if at is None:
            raise BadRequest(f"Filter value for {name} must be a date time")
        return as_text(at)
    if kind is Kind.DATE:
        wild = "*" in value and operator == "="
        if not _WILD_DATE.fullmatch(value) or ("*" in value and not wild):
            raise BadRequest(f"Filter value for {name} must be a date")
    if kind is Kind.BOOLEAN and value not in ("true", "false"):
        raise BadRequest(f"Filter value for {name} must be true or false")
    return value


def keep(
    records: Iterable[Record], conditions: list[Condition], *, hides: Iterable[str], exact_case: bool
) -> list[Record]:
    """The records that pass; archived and cancelled ones stay hidden unless a condition names that field."""
    named = {condition.field for condition in conditions}
    hidden_by = [field for field in hides if field not in named]
    return [
        record
        for record in records
        if all(record.get(field) is None for field in hidden_by)
        and all(condition.holds(record, exact_case=exact_case) for condition in conditions)
    ]
