"""Sections as TOML text: the same sections give the same text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from booking_app.setup.clinic_file.schema import LISTS, ORDER, ClinicFileSections, is_required, keys_of

BARE = re.compile(r"[A-Za-z0-9_-]+")
WIDTH = 100
# Sections whose keys are all written, so that a reader sees what can be set.
SPELT_OUT = ("branding", "booking")
SHORT = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\r": "\\r", "\n": "\\n"}


def toml_text(sections: ClinicFileSections) -> str:
    """The whole file. Keys that say nothing are left out."""
    blocks = [block for name in ORDER for block in _blocks(name, getattr(sections, name))]
    return "\n".join(["# A clinic as a file. docs/clinic-file.md explains every key.\n", *blocks])


def _blocks(name: str, section: Any) -> Iterator[str]:
    if name in LISTS:
        yield from (f"[[{name}]]\n{_pairs(entry, name)}" for entry in section)
    elif section is not None and (pairs := _pairs(section, name)):
        yield f"[{name}]\n{pairs}"


def _pairs(record: Any, name: str) -> str:
    lines = []
    for key, each in keys_of(type(record)).items():
        value = getattr(record, key)
        is_telling = is_required(each) or value != each.default or (name in SPELT_OUT and value not in (None, ""))
        if is_telling and value is not None:
            lines.append(f"{key} = {_value(value)}\n")
    return "".join(lines)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Sequence):
        return _list([_value(each) for each in value])
    pairs = value if isinstance(value, Mapping) else {key: getattr(value, key) for key in keys_of(type(value))}
    return "{" + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in pairs.items()) + "}"


def _list(items: list[str]) -> str:
    line = f"[{', '.join(items)}]"
    return line if len(line) <= WIDTH else "[\n" + "".join(f"  {item},\n" for item in items) + "]"


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _string(name)


def _string(text: str) -> str:
    if "\n" not in text:
        return f'"{_escaped(text, keep="")}"'
    # The line end right after the opening quotes is not part of the text.
    return f'"""\n{_escaped(text, keep=chr(10))}"""'


def _escaped(text: str, *, keep: str) -> str:
    return "".join(each if each in keep else SHORT.get(each) or _printable(each) for each in text)


def _printable(character: str) -> str:
    is_control = ord(character) < 0x20 or ord(character) == 0x7F
    return f"\\u{ord(character):04x}" if is_control else character
