"""From a booking to the contact that a connection may have. Pure, so that a console can show what would be sent."""

from dataclasses import replace
from typing import Any

from booking_app.core.contact_details import without_extension
from booking_app.crm.sync.facts import CrmFacts, Person
from booking_app.crm.vendors.config import CrmSyncConfig
from booking_app.crm.vendors.records import FIRST_TOUCH, LATEST_TOUCH, Contact, FoundContact, Names

SOURCE = "Online booking"
UTM_FIELDS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
LONGEST_WORDING = 1000
LONGEST = 200


class Withheld(Exception):
    """Nobody of this booking may go to this CRM; `reason` is a code, not a sentence about a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def contact_of(facts: CrmFacts, config: CrmSyncConfig) -> Contact:
    """The adult of a booking, with what the clinic lets through. Raises Withheld.

    A minor is never a contact: the guardian is, without anything that tells what the child comes for.
    """
    if not facts.email.strip():
        raise Withheld("no_email")  # staff need none for an appointment, and nobody can do anything about it here
    adult = _adult(facts)
    if config.only_with_consent and not (facts.email_marketing or facts.sms_marketing):
        raise Withheld("consent:no_marketing_consent")
    is_self = not facts.is_minor
    return Contact(
        email=facts.email.strip(),
        first_name=_clean(adult.first_name),
        last_name=_clean(adult.last_name),
        mobile=_clean(without_extension(adult.phone or "")),
        source=_clean(facts.attribution.get("source")) or SOURCE,
        **_touches(facts, config),
        email_marketing=_writable(facts.email_marketing, facts),
        sms_marketing=_writable(facts.sms_marketing, facts),
        **_evidence(facts),
        patient_kind=None if facts.is_returning is None else "returning" if facts.is_returning else "new",
        next_booking_at=facts.next_booking_at,
        category=_clean(facts.category) if config.send_category and is_self else None,
        service_name=_clean(facts.service_name) if config.send_service_name and is_self else None,
        practitioner=_clean(facts.practitioner) if config.send_practitioner and is_self else None,
    )


def _writable(consent: bool | None, facts: CrmFacts) -> bool | None:
    """A consent as it may be written: a yes that nobody gave in a booking of ours raises nothing anywhere."""
    return None if facts.is_read_back and consent else consent


def as_known_there(contact: Contact, found: FoundContact | None, names: Names) -> Contact:
    """The contact without the marks of a first visit where the CRM has any: who came first some other way stays so."""
    there = found.values if found else {}
    if any(there.get(theirs) for ours in FIRST_TOUCH for theirs in names.get(ours, ())):
        nothing: dict[str, Any] = dict.fromkeys(FIRST_TOUCH)
        return replace(contact, **nothing)
    return contact


def _touches(facts: CrmFacts, config: CrmSyncConfig) -> dict[str, Any]:
    """Where this booking came from, and the same as a first visit. Click ids are there with consent only."""
    told = {name: _clean(facts.attribution.get(name)) for name in (*UTM_FIELDS, *LATEST_TOUCH)}
    if not config.send_landing_path or facts.is_minor:
        told["landing_path"] = None  # a page's address may tell what somebody comes for
    first = {name: told.get(name.removeprefix("first_")) for name in FIRST_TOUCH}
    return {**told, **first, "first_source": _clean(facts.attribution.get("source")) or SOURCE}


def _evidence(facts: CrmFacts) -> dict[str, Any]:
    """Wording, time and place of a consent that was given; nothing is sent of one that was not."""
    proof = facts.email_consent
    if proof is None or not proof.is_given:
        return {}
    wording = _clean(proof.wording, longest=LONGEST_WORDING)
    return {"consent_at": proof.given_at, "consent_wording": wording, "consent_source": _clean(proof.source)}


def _adult(facts: CrmFacts) -> Person:
    if not facts.is_minor:
        return facts.patient
    if facts.guardian is None:
        raise Withheld("consent:minor_without_guardian")
    return facts.guardian


def _clean(text: str | None, *, longest: int = LONGEST) -> str | None:
    """One line without control characters, None when nothing is left."""
    printable = "".join(character if character.isprintable() else " " for character in text or "")
    return " ".join(printable.split())[:longest] or None
