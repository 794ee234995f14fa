"""Custom fields of a patient: a tree whose tokens must match the account's definition."""

from __future__ import annotations

from typing import Any

from booking_sandbox.instants import date_from_text
from booking_sandbox.table import Record


class CustomFieldsInvalid(ValueError):
    """The value does not match the definition; the text says where."""


def read(value: Any, definition: Record) -> Record | None:
    """The value sent, with names and types taken from the definition. Raises CustomFieldsInvalid."""
    if value is None:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("sections"), list):
        raise CustomFieldsInvalid("must be an object with sections")
    known = _by_token(definition["sections"])
    return {"sections": [_section(section, known) for section in value["sections"]]}


def _by_token(items: list[Record]) -> dict[str, Record]:
    return {item["token"]: item for item in items}


def _known(item: Any, known: dict[str, Record], what: str) -> Record:
    token = item.get("token") if isinstance(item, dict) else None
    if not isinstance(token, str) or token not in known:
        raise CustomFieldsInvalid(f"has a {what} with an unknown token")
    return known[token]


def _section(section: Any, known: dict[str, Record]) -> Record:
    defined = _known(section, known, "section")
    values = section.get("fields")
    if not isinstance(values, list):
        raise CustomFieldsInvalid("has a section without fields")
    inside = _by_token(defined["fields"])
    return {
        "name": defined["name"],
        "token": defined["token"],
        "archived": defined["archived"],
        "fields": [_field(value, inside) for value in values],
    }


def _field(value: Any, known: dict[str, Record]) -> Record:
    defined = _known(value, known, "field")
    shown = {key: defined[key] for key in ("name", "token", "type", "archived")}
    if defined["type"] in ("checkboxes", "radiobuttons"):
        return {**shown, **_choices(value, defined)}
    if "value" not in value:
        return shown
    text = value["value"]
    if not isinstance(text, str) or not text:
        raise CustomFieldsInvalid("has an empty value; leave it out instead")
    if defined["type"] == "date" and date_from_text(text) is None:
        raise CustomFieldsInvalid("has a date that is none")
    if len(text) > (255 if defined["type"] == "text" else 10_000):
        raise CustomFieldsInvalid("has a value that is too long")
    return {**shown, "value": text}


def _choices(value: Record, defined: Record) -> Record:
    options = value.get("options", [])
    if not isinstance(options, list):
        raise CustomFieldsInvalid("has options that are no list")
    known = _by_token(defined["options"])
    chosen = set()
    for option in options:
        token = _known(option, known, "option")["token"]
        if option.get("selected") not in (None, True):
            raise CustomFieldsInvalid("may say selected: true only")
        if option.get("selected"):
            chosen.add(token)
    shown = [{**option, **({"selected": True} if option["token"] in chosen else {})} for option in defined["options"]]
    other = _other(value.get("other"), defined)
    if defined["type"] == "radiobuttons" and len(chosen) + bool(other.get("selected")) > 1:
        raise CustomFieldsInvalid("has more than one option selected")
    return {"options": shown, "other": other}


def _other(value: Any, defined: Record) -> Record:
    shown = {"enabled": defined["other"]["enabled"], "archived": defined["other"]["archived"]}
    if not isinstance(value, dict) or not value.get("selected"):
        return shown
    if not shown["enabled"]:
        raise CustomFieldsInvalid("selects other where it is not enabled")
    text = value.get("value", "")
    if not isinstance(text, str) or len(text) > 255:
        raise CustomFieldsInvalid("has a value of other that is no short text")
    return {**shown, "selected": True, "value": text}
