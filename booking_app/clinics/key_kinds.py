"""What a key of a clinic's file may hold. Each kind reads a value or says what it must be; it never repeats a value,
for what was put in the wrong place may be a secret."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Protocol
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from booking_app.clinics.branding import FONTS, MOST_RADIUS
from booking_app.core.amounts import AmountInvalid, read_share
from booking_app.core.color import is_color, normal
from booking_app.core.hosts import origin_in
from booking_app.core.plain_text import without_hidden

EMAIL = re.compile(r"[^@\s<>(),;:\"]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,119}")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,98}")
CLINIKO_ID = re.compile(r"[0-9A-Za-z_-]{1,40}")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
LOCALE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
LENGTH = re.compile(r"(\d{1,3})(?:px)?")
RESERVED = "BOOKING_"
MOST_ITEMS = 500  # of a list
LONGEST_NAME = 100  # of a field at a vendor
LONGEST_TOLD = 60  # of a key that nobody knows


class Refused(ValueError):
    """`str()` is how the sentence goes on after the key: "must be …". `place` leads into a list."""

    def __init__(self, said: str, place: tuple[str | int, ...] = ()) -> None:
        super().__init__(said)
        self.place = place


class Kind(Protocol):
    """One kind of value."""

    def read(self, value: Any) -> Any:
        """The value as it is kept. Raises Refused."""
        ...


@dataclass(frozen=True)
class Text:
    """A text; one line unless `is_long`. What nobody can see is taken out of it, as of everything patients type."""

    most: int = 200
    is_long: bool = False

    def read(self, value: Any) -> str:
        text = value.strip() if isinstance(value, str) else ""
        lines = "" if self.is_long else "one line of "
        printed = text.replace("\r\n", "\n").replace("\n", "" if self.is_long else "\n").replace("\t", "")
        if not text or len(text) > self.most or CONTROL.search(printed):
            raise Refused(f"must be {lines}text of 1 to {self.most} characters")
        clean = without_hidden(text.replace("\r\n", "\n")).strip()
        if not clean:
            raise Refused(f"must be {lines}text of 1 to {self.most} characters that can be seen")
        return clean


@dataclass(frozen=True)
class Pattern:
    """A text of a given form; `said` describes it."""

    pattern: re.Pattern[str]
    said: str

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise Refused(f"must be {self.said}")
        return value


@dataclass(frozen=True)
class Whole:
    least: int
    most: int

    def read(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            raise Refused(f"must be a whole number from {self.least} to {self.most}")
        return value


class Flag:
    def read(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise Refused("must be true or false")
        return value


@dataclass(frozen=True)
class Choice:
    options: Collection[str]

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise Refused(f"must be one of: {', '.join(self.options)}")
        return value


class Color:
    def read(self, value: Any) -> str:
        if not isinstance(value, str) or not is_color(value):
            raise Refused('must be a colour like "#0f4c5c" or "#fff"')
        return normal(value)


class Font:
    """The first family of a list is taken, so that a value copied from a stylesheet works."""

    def read(self, value: Any) -> str:
        first = value.split(",")[0].strip(" \"'").lower() if isinstance(value, str) else ""
        name = {"system-ui": "system", "trebuchet ms": "trebuchet", "times new roman": "times"}.get(first, first)
        if name not in FONTS:
            raise Refused(f"must be one of: {', '.join(FONTS)}")
        return name


class Radius:
    """Pixels, as a number or as `"8px"`; more than is sensible becomes the most."""

    def read(self, value: Any) -> int:
        found = LENGTH.fullmatch(value) if isinstance(value, str) else None
        pixels = int(found[1]) if found else value
        if not isinstance(pixels, int) or isinstance(pixels, bool) or pixels < 0:
            raise Refused(f"must be a whole number of pixels from 0 to {MOST_RADIUS}")
        return min(pixels, MOST_RADIUS)


class Share:
    """An amount like "50.00", or a percentage like "30%"."""

    def read(self, value: Any) -> str:
        text = str(value).strip() if isinstance(value, str) and len(value) <= 20 else ""
        try:
            read_share(text)
        except AmountInvalid as invalid:
            raise Refused(str(invalid)) from None
        return text


class Rate:
    """Per cent from 0 to 100, as a number or a text."""

    def read(self, value: Any) -> str:
        try:
            rate = Decimal(str(value)) if not isinstance(value, bool) and len(str(value)) <= 12 else None
        except InvalidOperation:
            rate = None
        if rate is None or not rate.is_finite() or not 0 <= rate <= 100:
            raise Refused("must be per cent from 0 to 100, like 10")
        return format(rate.normalize() + 0, "f")


class Day:
    """A calendar day, as a date or as text like "2026-07-01"; kept as text."""

    def read(self, value: Any) -> str:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        try:
            if isinstance(value, str) and len(value) == 10:
                return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
        raise Refused("must be a day like 2026-07-01")


@dataclass(frozen=True)
class Named:
    """A name, or true for the usual one and false for none."""

    usual: str

    def read(self, value: Any) -> str:
        if isinstance(value, bool):
            return self.usual if value else ""
        return Text(100).read(value) if value != "" else ""


class Zone:
    def read(self, value: Any) -> str:
        if not isinstance(value, str) or value not in _zones():
            raise Refused('must be a time zone like "Australia/Adelaide"')
        return value


class Email:
    def read(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > 254 or not EMAIL.fullmatch(value):
            raise Refused("must be an e-mail address")
        return value


class Address:
    """A web address with a host, and without a name or password in it."""

    def read(self, value: Any) -> str:
        parts = _split(value)
        if parts is None or not parts[1] or len(str(value)) > 2000:
            raise Refused("must be a web address beginning with https:// or http://")
        return str(value)


class Origin:
    """Scheme, host and port as a browser says them, so that they can be compared letter by letter."""

    def read(self, value: Any) -> str:
        origin = origin_in(value.strip()) if isinstance(value, str) and len(value) <= 300 else None
        if origin is None:
            raise Refused('must be an origin like "https://www.example.com", without a path and without / at the end')
        return origin


class EnvName:
    """The name of an environment variable that holds a secret, never the secret itself."""

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or not ENV_NAME.fullmatch(value):
            raise Refused("must be the name of an environment variable, like CLINIKO_API_KEY, and not the key itself")
        if value.upper().startswith(RESERVED):
            raise Refused(f"must not name a variable beginning with {RESERVED}: those are the product's own")
        return value


@dataclass(frozen=True)
class FileName:
    """A file beside the clinic's file."""

    suffixes: tuple[str, ...]

    def read(self, value: Any) -> str:
        is_name = isinstance(value, str) and FILE_NAME.fullmatch(value) and ".." not in value
        if not is_name or not value.lower().endswith(self.suffixes):
            raise Refused(f"must be the name of a file beside this one, ending in {', '.join(self.suffixes)}")
        return str(value)


class ListId:
    """The id of a list at a vendor; a number is taken as its digits."""

    def read(self, value: Any) -> str:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        return Text(100).read(text)


@dataclass(frozen=True)
class ListOf:
    item: Kind
    least: int = 0

    def read(self, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not self.least <= len(value) <= MOST_ITEMS:
            least = f"at least {self.least}, and " if self.least else ""
            raise Refused(f"must be a list of {least}at most {MOST_ITEMS} items")
        items = []
        for place, each in enumerate(value):
            try:
                items.append(self.item.read(each))
            except Refused as refused:
                raise Refused(f"has a wrong item {place + 1}: it {refused}", (place, *refused.place)) from refused
        return tuple(items)


@dataclass(frozen=True)
class MapOf:
    """Texts under some of the given keys."""

    keys: Collection[str]

    def read(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise Refused('must be a table like {first_name = "firstname"}')
        for key, each in value.items():
            if key not in self.keys:
                raise Refused(f'has the unknown key "{shown(key)}"; allowed: {", ".join(self.keys)}', (key,))
            if not isinstance(each, str) or not 0 < len(each.strip()) <= LONGEST_NAME:
                raise Refused(f'must give "{key}" a name of at most {LONGEST_NAME} characters', (key,))
        return {key: each.strip() for key, each in value.items()}


def shown(name: object) -> str:
    """A key that nobody knows, as much of it as helps."""
    text = str(name)
    return text if len(text) <= LONGEST_TOLD else f"{text[:LONGEST_TOLD]}…"


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "Factory"})


def _split(value: Any) -> tuple[str, str, int | None] | None:
    """Scheme, host in small ASCII letters, and port; None for what is no web address."""
    try:
        parts = urlsplit(value) if isinstance(value, str) and not re.search(r"\s", value) else None
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            return None
        is_v6 = ":" in parts.hostname
        host = f"[{parts.hostname}]" if is_v6 else parts.hostname.encode("idna").decode()
        return parts.scheme, host, parts.port
    except ValueError:
        return None
