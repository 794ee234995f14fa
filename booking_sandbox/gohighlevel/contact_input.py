"""What may stand in a write of a contact. Unknown members are refused, and the two versions differ in a few names."""

from __future__ import annotations

import re
from typing import Any

from booking_sandbox.gohighlevel import errors
from booking_sandbox.gohighlevel.context import GhlCall
from booking_sandbox.gohighlevel.sub_account import GhlContact

TEXTS = (
    "firstName", "lastName", "name", "email", "gender", "phone", "address1", "city", "state", "postalCode", "website",
    "timezone", "source", "dateOfBirth", "country", "companyName", "assignedTo",
)  # fmt: skip
OTHERS = ("dnd", "dndSettings", "inboundDndSettings", "tags", "customFields")
ON_UPDATE = tuple(name for name in (*TEXTS, *OTHERS) if name not in ("gender", "companyName"))
ON_UPSERT = (*TEXTS, *OTHERS, "locationId", "createNewIfDuplicateAllowed")
CHANNELS = ("Call", "Email", "SMS", "WhatsApp", "GMB", "FB")
V3_CHANNELS = ("call", "email", "sms", "whatsApp", "gmb", "fb")
STATUSES = ("active", "inactive", "permanent")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[\d\s()-]{6,20}")


def check(call: GhlCall, body: dict[str, Any]) -> None:
    """Raise a 422 with every problem of a body whose members are known."""
    problems = [f"{name} must be a string" for name in TEXTS if not isinstance(body.get(name, ""), str | None)]
    if not problems and body.get("email") is not None and not _EMAIL.fullmatch(body["email"]):
        problems.append("email must be an email")
    if not problems and body.get("phone") and not _PHONE.fullmatch(body["phone"]):
        problems.append("phone must be a valid phone number")
    problems += _custom_problems(call, body.get("customFields", []))
    problems += _dnd_problems(call, body.get("dndSettings", {}))
    if problems:
        raise errors.unprocessable(problems)


def _custom_problems(call: GhlCall, items: Any) -> list[str]:
    known = {"id", "key", "field_value"} | ({"fieldValue"} if call.version == "v3" else set())
    if not isinstance(items, list):
        return ["customFields must be an array"]
    problems = []
    for number, item in enumerate(items):
        names = item if isinstance(item, dict) else {}
        problems += [f"customFields.{number}.property {name} should not exist" for name in names if name not in known]
        if not isinstance(names.get("id"), str):
            problems.append(f"customFields.{number}.id must be a string")
        elif call.world.knobs.gohighlevel_unknown_fields == "reject" and names["id"] not in call.account.fields:
            problems.append(f"customFields.{number}.id is not a custom field")
    return problems


def _dnd_problems(call: GhlCall, settings: Any) -> list[str]:
    channels = V3_CHANNELS if call.version == "v3" else CHANNELS
    if not isinstance(settings, dict):
        return ["dndSettings must be an object"]
    problems = [f"dndSettings.property {name} should not exist" for name in settings if name not in channels]
    for name, setting in settings.items():
        if not isinstance(setting, dict) or setting.get("status") not in STATUSES:
            problems.append(f"dndSettings.{name}.status must be a valid enum value")
    return problems


def apply(call: GhlCall, contact: GhlContact, body: dict[str, Any]) -> None:
    """Write a checked body. Tags are replaced whole, an unknown custom field is ignored, texts left out stay."""
    contact.members |= {name: body[name] for name in TEXTS if name in body}
    for item in body.get("customFields", []):
        if item["id"] in call.account.fields:
            contact.custom[item["id"]] = str(item.get("fieldValue", item.get("field_value", "")))
    if "tags" in body:
        contact.tags = [str(tag).lower() for tag in body["tags"]]
    if "dnd" in body:
        contact.dnd = bool(body["dnd"])
    if "dndSettings" in body:
        contact.dnd_settings = _settings(call, contact, body["dndSettings"])


def _settings(call: GhlCall, contact: GhlContact, settings: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The settings sent take the place of all that were there, but what a carrier has shut stays shut."""
    spelling = dict(zip(V3_CHANNELS if call.version == "v3" else CHANNELS, CHANNELS, strict=True))
    sent = {spelling[name]: setting for name, setting in settings.items()}
    shut = {name: setting for name, setting in contact.dnd_settings.items() if setting["status"] == "permanent"}
    return {**sent, **shut}
