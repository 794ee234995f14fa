"""Where an answer goes besides the patient form: an attribute or a custom field of the Cliniko patient.

Grammar of `maps_to`: `form` | `patient.<attribute>` | `custom:<token of a custom field>`.
"""

import re

# Attributes that take plain text. Names, e-mail, phone, birth date and consents are asked by the product itself.
PATIENT_ATTRIBUTES = (
    "preferred_first_name", "title", "address_1", "address_2", "address_3", "city", "state", "post_code", "country",
    "occupation", "emergency_contact", "sex", "gender_identity", "medicare", "medicare_reference_number",
    "dva_card_number", "referral_source", "invoice_default_to", "invoice_email", "invoice_extra_information",
    "notes", "appointment_notes",
)  # fmt: skip
LONG_ATTRIBUTES = ("notes", "appointment_notes", "invoice_extra_information")
LONGEST_ATTRIBUTE = 255
DVA_NUMBER = re.compile(r"[NVQSWT]([A-Z ][0-9]{1,6}|[A-Z]{2}[0-9]{1,5}|[A-Z]{3}[0-9]{1,4})[A-Z]?")
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,80}")


def check_maps_to(key: str, type_: str, maps_to: str) -> list[str]:
    """The problems of one `maps_to`, as sentences for whoever designs the fields."""
    if maps_to == "form":
        return []
    if maps_to.startswith("custom:"):
        is_sound = TOKEN.fullmatch(maps_to.removeprefix("custom:"))
        return [] if is_sound else [f"{key!r} maps to a custom field, but its token is not one."]
    attribute = patient_attribute(maps_to)
    if attribute is None:
        return [f"maps_to of {key!r} must be form, patient.<attribute> or custom:<token>."]
    if attribute not in PATIENT_ATTRIBUTES:
        return [f"{key!r} maps to {attribute!r}; possible are {', '.join(PATIENT_ATTRIBUTES)}."]
    if attribute == "invoice_email" and type_ != "email":
        return [f"{key!r} maps to invoice_email and must have the type email."]
    return []


def patient_attribute(maps_to: str) -> str | None:
    return maps_to.removeprefix("patient.") if maps_to.startswith("patient.") else None


def custom_token(maps_to: str) -> str | None:
    return maps_to.removeprefix("custom:") if maps_to.startswith("custom:") else None


def check_attribute(maps_to: str, label: str, text: str) -> str | None:
    """What Cliniko would refuse, said before it does: one refused attribute loses it the whole patient."""
    attribute = patient_attribute(maps_to)
    if attribute is None:
        return None
    if attribute not in LONG_ATTRIBUTES and len(text) > LONGEST_ATTRIBUTE:
        return f"Shorten {label} to {LONGEST_ATTRIBUTE} characters or fewer."
    if attribute == "dva_card_number" and not DVA_NUMBER.fullmatch(text.upper()):
        return f"Enter {label} as printed on the card, for example NX123456."
    return None
