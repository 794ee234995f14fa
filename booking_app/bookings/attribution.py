"""Where a patient came from: what of it may be kept with a booking, and in which shape.

The page around the frame says it, so nothing of it is trusted: other names are dropped, values are cleaned and cut.
"""

import re
from collections.abc import Callable, Mapping

CLICK_IDS = ("gclid", "gbraid", "wbraid", "fbclid", "msclkid")
LONGEST = 200
MOST_MARKS = 10
MARK = re.compile(r"utm_[a-z0-9_]{1,26}")
HOST = re.compile(r"(?=.{1,120}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
CLICK_ID = re.compile(r"[\w.-]{1,255}", re.ASCII)


def marks_of(said: Mapping[str, str]) -> dict[str, str]:
    """The `utm_` marks of an address, ten at most; one that may be somebody's e-mail address is left out."""
    cleaned = {name: _text(value) for name, value in said.items() if MARK.fullmatch(name)}
    return dict(list(_present(cleaned).items())[:MOST_MARKS])


def attribution_of(said: Mapping[str, str], *, has_consent: bool) -> dict[str, str]:
    """Everything that may be kept: marks, the landing page's path, the referring host, and with consent click ids."""
    others: dict[str, Callable[[str], str]] = {"landing_path": _path, "referrer_host": _host}
    if has_consent:
        others |= dict.fromkeys(CLICK_IDS, _click_id)
    return marks_of(said) | _present({name: clean(said.get(name, "")) for name, clean in others.items()})


def _present(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _text(value: str) -> str:
    """One printable line; empty for what may be an e-mail address, as mailing tools like to write into marks."""
    printable = "".join(character if character.isprintable() else " " for character in value[: 4 * LONGEST])
    return "" if "@" in printable else " ".join(printable.split())[:LONGEST]


def _path(value: str) -> str:
    path = _text(re.split("[?#;]", value, maxsplit=1)[0])
    return path if path.startswith("/") and not path.startswith("//") and "%40" not in path else ""


def _host(value: str) -> str:
    host = value.lower()
    return host if HOST.fullmatch(host) else ""


def _click_id(value: str) -> str:
    """Whole or not at all: a part of an id leads nowhere."""
    return value if CLICK_ID.fullmatch(value) else ""
