"""Property definitions: those every portal has, and the check of values against them."""

from __future__ import annotations

import re
from typing import Any

Definition = dict[str, Any]
PropertyTable = dict[str, Definition]
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?|\d{12,14}")
FIELD_TYPES = {
    "string": {
        "text",
        "textarea",
        "html",
        "file",
        "phonenumber",
        "select",
        "radio",
        "checkbox",
        "calculation_equation",
    },
    "number": {"number", "calculation_equation"},
    "date": {"date"},
    "datetime": {"date"},
    "enumeration": {"select", "radio", "checkbox", "booleancheckbox", "calculation_equation"},
    "bool": {"booleancheckbox", "calculation_equation"},
    "phone_number": {"phonenumber"},
}
_TEXT = {
    "contacts": (
        "firstname lastname email phone mobilephone address city state zip country date_of_birth company jobtitle "
        "website hs_additional_emails hubspot_owner_id"
    ),
    "notes": "hs_note_body hubspot_owner_id",
    "meetings": "hs_meeting_title hs_meeting_body hs_meeting_location hs_internal_meeting_notes hubspot_owner_id",
    "deals": "dealname pipeline dealstage amount hubspot_owner_id",
}
_TIMES = {
    "contacts": "",
    "notes": "hs_timestamp",
    "meetings": "hs_timestamp hs_meeting_start_time hs_meeting_end_time",
    "deals": "closedate",
}
_CHOICES = {
    "contacts": {
        "lifecyclestage": "subscriber lead marketingqualifiedlead salesqualifiedlead opportunity customer other",
        "hs_lead_status": "NEW OPEN IN_PROGRESS CONNECTED",
    },
    "meetings": {"hs_meeting_outcome": "SCHEDULED COMPLETED RESCHEDULED NO_SHOW CANCELED"},
}
_READ_ONLY = {
    "contacts": "createdate lastmodifieddate hs_object_id hs_marketable_status hs_searchable_calculated_phone_number",
    "notes": "hs_createdate hs_lastmodifieddate hs_object_id",
    "meetings": "hs_createdate hs_lastmodifieddate hs_object_id",
    "deals": "createdate hs_lastmodifieddate hs_object_id",
}
REQUIRED = {"notes": ("hs_timestamp",), "meetings": ("hs_timestamp",)}


def define(name: str, **values: Any) -> Definition:
    """A definition with everything a portal shows."""
    return {
        "name": name,
        "label": name,
        "type": "string",
        "fieldType": "text",
        "groupName": "contactinformation",
        "options": [],
        "hasUniqueValue": False,
        "hidden": False,
        "formField": True,
        "description": "",
        "modificationMetadata": {"readOnlyValue": False, "readOnlyDefinition": False, "archivable": True},
        "archived": False,
        **values,
    }


def of(kind: str) -> PropertyTable:
    """The standard definitions of an object type."""
    group = f"{kind[:-1]}information"
    table = {name: define(name, groupName=group) for name in _TEXT[kind].split()}
    for name in _TIMES[kind].split():
        table[name] = define(name, groupName=group, type="datetime", fieldType="date")
    for name, values in _CHOICES.get(kind, {}).items():
        options = [{"label": value, "value": value} for value in values.split()]
        table[name] = define(name, groupName=group, type="enumeration", fieldType="select", options=options)
    for name in _READ_ONLY[kind].split():
        metadata = {"readOnlyValue": True, "readOnlyDefinition": True, "archivable": False}
        table[name] = define(name, groupName=group, modificationMetadata=metadata)
    if "email" in table:
        table["email"]["hasUniqueValue"] = True
    return table


def problems(table: PropertyTable, values: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What is wrong with property values, as (property, code, sentence)."""
    found = []
    for name, value in values.items():
        problem = _problem(table.get(name), name, value)
        if problem:
            found.append((name, *problem))
    return found


def _problem(definition: Definition | None, name: str, value: Any) -> tuple[str, str] | None:
    if definition is None:
        return "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'
    if not isinstance(value, str):
        return "INVALID_TYPE", f"{name} must be a string"
    if definition["modificationMetadata"]["readOnlyValue"]:
        return "READ_ONLY_VALUE", f"{name} is a read only property; its value cannot be set."
    if not value:
        return None
    if name == "email" and not _EMAIL.fullmatch(value.strip()):
        return "INVALID_EMAIL", f"Email address {name} is invalid"
    kind = definition["type"]
    if kind in ("enumeration", "bool"):
        return _choice_problem(definition, name, value)
    if kind in ("date", "datetime") and not _DATE.fullmatch(value):
        return "INVALID_DATE", f"{name} was not a valid date"
    if kind == "number" and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return "INVALID_NUMBER", f"{name} was not a valid number"
    return None


def _choice_problem(definition: Definition, name: str, value: str) -> tuple[str, str] | None:
    allowed = {option["value"] for option in definition["options"]}
    if definition["type"] == "bool" and not allowed:
        allowed = {"true", "false"}
    several = definition["fieldType"] == "checkbox"
    chosen = {part for part in value.split(";") if part} if several else {value}
    if chosen <= allowed:
        return None
    return "INVALID_OPTION", f"{name} was not one of the allowed options"
