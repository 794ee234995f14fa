"""What may be written into a patient, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from booking_sandbox.account import Account
from booking_sandbox.cliniko import custom_fields, fields, phone_numbers
from booking_sandbox.cliniko.answers import BLANK, INVALID, NOT_INCLUDED
from booking_sandbox.cliniko.custom_fields import CustomFieldsInvalid
from booking_sandbox.cliniko.fields import Errors, TextField
from booking_sandbox.instants import date_from_text

EMAIL = re.compile(r"[A-Z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Z0-9.-]+\.[A-Z]{2,63}", re.IGNORECASE)
_DVA = re.compile(r"[NVQSWT]([A-Z ][0-9]{1,6}|[A-Z]{2}[0-9]{1,5}|[A-Z]{3}[0-9]{1,4})[A-Z]?")
_SHORT = (
    "address_1",
    "address_2",
    "address_3",
    "city",
    "emergency_contact",
    "medicare",
    "medicare_reference_number",
    "occupation",
    "old_reference_id",
    "preferred_first_name",
    "referral_source",
)
_LONG = (
    "appointment_notes",
    "country",
    "country_code",
    "gender_identity",
    "invoice_default_to",
    "invoice_extra_information",
    "notes",
    "post_code",
    "sex",
    "state",
    "time_zone",
)
TEXTS = (
    TextField("first_name", 255, required=True),
    TextField("last_name", 255, required=True),
    TextField("title", 255),
    TextField("email", 255, EMAIL),
    TextField("invoice_email", pattern=EMAIL),
    TextField("dva_card_number", pattern=_DVA),
    TextField("reminder_type", choices=("None", "SMS", "Email", "SMS & Email")),
    *(TextField(name, 255) for name in _SHORT),
    *(TextField(name) for name in _LONG),
)
FLAGS = ("accepted_privacy_policy", "accepted_email_marketing", "receives_confirmation_emails")
_PRONOUNS = {"nominative", "accusative", "pronominal_possessive", "predicative_possessive", "reflexive"}
_ZONES = available_timezones()


def read(body: Mapping[str, Any], account: Account, errors: Errors) -> dict[str, Any]:
    """The writable members of a body, as they are stored; problems go into ``errors``."""
    values: dict[str, Any] = dict(fields.texts(body, TEXTS, errors))
    values.update(fields.booleans(body, FLAGS, errors))
    unsubscribed = fields.booleans(body, ("unsubscribe_sms_marketing",), errors)
    if unsubscribed:
        values["accepted_sms_marketing"] = not unsubscribed["unsubscribe_sms_marketing"]
    if values.get("time_zone") and values["time_zone"] not in _ZONES:
        errors["time_zone"] = NOT_INCLUDED
    titles = account.settings["terminology"]["titles"]
    if values.get("title") and values["title"] not in titles:
        errors["title"] = NOT_INCLUDED
    values.update(_date_of_birth(body, errors))
    values.update(_pronouns(body, errors))
    values.update(_references(body, account, errors))
    values.update(_custom_fields(body, account, errors))
    if "patient_phone_numbers" in body:
        values["patient_phone_numbers"] = phone_numbers.read(body["patient_phone_numbers"], errors)
    return values


def _date_of_birth(body: Mapping[str, Any], errors: Errors) -> dict[str, str | None]:
    if "date_of_birth" not in body:
        return {}
    value = body["date_of_birth"]
    if value not in (None, "") and date_from_text(value) is None:
        errors["date_of_birth"] = INVALID
    return {"date_of_birth": value or None}


def _pronouns(body: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
    if "pronouns" not in body:
        return {}
    value = body["pronouns"]
    complete = isinstance(value, dict) and all(isinstance(value.get(name), str) for name in _PRONOUNS)
    if value is not None and not complete:
        errors["pronouns"] = INVALID
        return {}
    return {"pronouns": value and {name: value[name] for name in sorted(_PRONOUNS)}}


def _references(body: Mapping[str, Any], account: Account, errors: Errors) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for name, table in (("concession_type", "concession_types"), ("referring_doctor", "contacts")):
        if f"{name}_id" not in body:
            continue
        wanted = body[f"{name}_id"]
        if wanted is not None and account.table(table).get(wanted) is None:
            errors[name] = BLANK
        values[f"{name}_id"] = None if wanted is None else str(wanted)
    return values


def _custom_fields(body: Mapping[str, Any], account: Account, errors: Errors) -> dict[str, Any]:
    if "custom_fields" not in body:
        return {}
    try:
        definition = account.settings["patient_custom_fields_definition"]
        return {"custom_fields": custom_fields.read(body["custom_fields"], definition)}
    except CustomFieldsInvalid as error:
        errors["custom_fields"] = str(error)
        return {}
