"""From a booking to the contact that a connection may have. Pure, so that a console can show what would be sent."""

from booking_app.handover.config import HandoverConfig
from booking_app.handover.facts import HandoverFacts, Person
from booking_app.vendors.records import Contact, named_values

SOURCE = "Online booking"
UTM_FIELDS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
LONGEST = 200


class Withheld(Exception):
    """Nobody of this booking may go to this CRM; `reason` is a code, not a sentence about a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def contact_payload(facts: HandoverFacts, config: HandoverConfig) -> dict[str, str]:
    """All that a connection would be sent about a booking, under the CRM's names. Raises Withheld: nothing may go."""
    contact = contact_of(facts, config)
    return {**dict.fromkeys(config.names["email"], contact.email), **named_values(contact, config.names)}


def contact_of(facts: HandoverFacts, config: HandoverConfig) -> Contact:
    """The adult of a booking, with what the clinic lets through. Raises Withheld.

    A minor is never a contact: the guardian is, without anything that tells what the child comes for.
    """
    adult = _adult(facts)
    if facts.is_read_back and not facts.email.strip():
        raise Withheld("no_email")  # staff need none for an appointment, and nobody can do anything about it here
    if config.only_with_consent and not (facts.email_marketing or facts.sms_marketing):
        raise Withheld("consent:no_marketing_consent")
    is_self = not facts.is_minor
    return Contact(
        email=facts.email.strip(),
        first_name=_clean(adult.first_name),
        last_name=_clean(adult.last_name),
        mobile=_clean(adult.phone),
        source=_clean(facts.attribution.get("source")) or SOURCE,
        **{name: _clean(facts.attribution.get(name)) for name in UTM_FIELDS},
        email_marketing=_writable(facts.email_marketing, facts),
        sms_marketing=_writable(facts.sms_marketing, facts),
        patient_kind=None if facts.is_returning is None else "returning" if facts.is_returning else "new",
        next_booking_at=facts.next_booking_at,
        category=_clean(facts.category) if config.send_category and is_self else None,
        service_name=_clean(facts.service_name) if config.send_service_name and is_self else None,
        practitioner=_clean(facts.practitioner) if config.send_practitioner and is_self else None,
    )


def _writable(consent: bool | None, facts: HandoverFacts) -> bool | None:
    """A consent as it may be written: a yes that nobody gave in a booking of ours raises nothing anywhere."""
    return None if facts.is_read_back and consent else consent


def _adult(facts: HandoverFacts) -> Person:
    if not facts.is_minor:
        return facts.patient
    if facts.guardian is None:
        raise Withheld("consent:minor_without_guardian")
    return facts.guardian


def _clean(text: str | None) -> str | None:
    """One line without control characters, None when nothing is left."""
    printable = "".join(character if character.isprintable() else " " for character in text or "")
    return " ".join(printable.split())[:LONGEST] or None
