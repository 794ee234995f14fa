"""What may go to a CRM, for every configuration a clinic could choose."""

import string
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.crm.sync.contacts import Withheld, contact_of
from booking_app.crm.sync.facts import CrmFacts
from booking_app.crm.vendors.config import SWITCHES, CrmSyncConfig, CrmSyncConfigInvalid
from booking_app.crm.vendors.records import CONTACT_FIELDS, ConsentProof, named_values
from booking_app.crm.vendors.registered import sync_config
from tests.crm.sync.samples import FACTS, GUARDIAN, facts

MINIMUM = {
    "email": "nora.quill@example.com",
    "firstname": "Nora",
    "lastname": "Quill",
    "phone": "+61491570156",
    "mobilephone": "+61491570156",
    "booking_source": "Online booking",
    "booking_utm_source": "newsletter",
    "booking_utm_medium": "email",
    "booking_first_source": "Online booking",
    "booking_first_utm_source": "newsletter",
    "booking_first_utm_medium": "email",
    "booking_email_marketing": "true",
    "booking_sms_marketing": "false",
    "booking_patient_kind": "new",
    "booking_next_at": "2026-11-23T22:30:00Z",
}


def config(**raw: object) -> CrmSyncConfig:
    return sync_config("hubspot", raw)


def contact_payload(facts: CrmFacts, config: CrmSyncConfig) -> dict[str, str]:
    """All that the connection would be sent, under the CRM's names."""
    contact = contact_of(facts, config)
    return {**dict.fromkeys(config.names["email"], contact.email), **named_values(contact, config.names)}


@pytest.mark.parametrize(
    ("raw", "more"),
    [
        ({}, {}),
        ({"send_category": True}, {"booking_category": "Physiotherapy"}),
        ({"send_service_name": True}, {"booking_service": "Pelvic health, first visit"}),
        ({"send_practitioner": True}, {"booking_practitioner": "Dr Ada Fern"}),
        ({"only_with_consent": True, "list": "77", "tags": ["Web"]}, {}),
    ],
)
def test_the_least_goes_and_each_switch_adds_its_own_field_only(raw: dict[str, object], more: dict[str, str]) -> None:
    assert contact_payload(FACTS, config(**raw)) == {**MINIMUM, **more}


def test_a_mapping_renames_and_adds_nothing() -> None:
    payload = contact_payload(FACTS, config(fields={"mobile": "sms_number", "category": "area"}))
    assert payload["sms_number"] == "+61491570156"
    assert not {"phone", "mobilephone", "area"} & set(payload)


def test_the_guardian_of_a_minor_is_the_contact_and_what_the_child_comes_for_stays_out() -> None:
    everything = config(send_category=True, send_service_name=True, send_practitioner=True)
    payload = contact_payload(facts(is_minor=True, guardian=GUARDIAN), everything)
    assert (payload["firstname"], payload["phone"]) == ("Gus", "+61491570157")
    assert "Nora" not in payload.values()
    assert not {"booking_category", "booking_service", "booking_practitioner"} & set(payload)


def test_a_minor_without_a_guardian_goes_nowhere() -> None:
    with pytest.raises(Withheld, match="consent:minor_without_guardian"):
        contact_payload(facts(is_minor=True), config())


@pytest.mark.parametrize(
    ("email", "sms", "may_go"),
    [(True, None, True), (False, True, True), (False, False, False), (None, None, False)],
)
def test_a_connection_that_wants_consent_gets_only_those_who_gave_one(
    email: bool | None, sms: bool | None, may_go: bool
) -> None:
    given_facts = facts(email_marketing=email, sms_marketing=sms)
    if may_go:
        assert contact_of(given_facts, config(only_with_consent=True)).email == FACTS.email
    else:
        with pytest.raises(Withheld, match="consent:no_marketing_consent"):
            contact_of(given_facts, config(only_with_consent=True))


def test_a_consent_that_was_not_asked_is_not_a_no() -> None:
    payload = contact_payload(facts(email_marketing=None, sms_marketing=None), config())
    assert not {"booking_email_marketing", "booking_sms_marketing"} & set(payload)


def test_a_landing_page_goes_only_where_the_clinic_lets_it_and_never_of_a_child() -> None:
    booking = facts(attribution={"landing_path": "/pelvic-health", "gclid": "g-1"})
    assert "booking_landing_path" not in contact_payload(booking, config())
    allowed = config(send_landing_path=True)
    payload = contact_payload(booking, allowed)
    assert (payload["booking_landing_path"], payload["booking_first_landing_path"]) == ("/pelvic-health",) * 2
    assert payload["booking_gclid"] == "g-1"
    child = facts(attribution={"landing_path": "/pelvic-health"}, is_minor=True, guardian=GUARDIAN)
    assert "booking_landing_path" not in contact_payload(child, allowed)


def test_what_the_clinic_leaves_out_is_neither_sent_nor_made() -> None:
    chosen = config(leave_out=["utm_medium", "first_utm_medium"])
    assert not {"booking_utm_medium", "booking_first_utm_medium"} & set(contact_payload(FACTS, chosen))
    assert "utm_medium" not in chosen.names
    assert "service_name" not in chosen.names
    for name in ("email", "date_of_birth"):
        with pytest.raises(CrmSyncConfigInvalid, match=f"leave_out cannot name {name}"):
            config(leave_out=[name])


def test_evidence_goes_only_of_a_consent_that_was_given() -> None:
    given_at = datetime(2026, 11, 21, 9, tzinfo=UTC)
    for is_given in (True, False):
        proof = ConsentProof(is_given=is_given, wording="Send me news.", given_at=given_at)
        payload = contact_payload(facts(email_consent=proof), config())
        assert (payload.get("booking_consent_wording") == "Send me news.") == is_given


def test_texts_come_as_one_short_line() -> None:
    payload = contact_payload(facts(attribution={"source": " a\r\nb\x00 ", "utm_term": "t" * 900}), config())
    assert payload["booking_source"] == "a b"
    assert len(payload["booking_utm_term"]) == 200


SECRETS = ("1989-03-07", "2951 73741 1", "sharp pain when climbing stairs")
RISKY = ("date_of_birth", "dob", "medicare", "answers", "notes", "waiver", "signature", "condition")
# Printable letters only: building the table of all of Unicode is slow on a busy machine.
TEXTS = st.text(string.printable, max_size=12) | st.sampled_from((*RISKY, *CONTACT_FIELDS))
RAW = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.booleans() for name in SWITCHES},
        "fields": st.dictionaries(TEXTS, TEXTS, max_size=6),
        "list": st.none() | st.integers() | TEXTS,
        "tags": st.lists(TEXTS, max_size=3),
    },
)
ATTRIBUTION = st.dictionaries(st.sampled_from(RISKY), st.sampled_from(SECRETS), max_size=4)
MAYBE = st.none() | st.booleans()


@given(raw=RAW, attribution=ATTRIBUTION, is_minor=st.booleans(), email=MAYBE, sms=MAYBE, returning=MAYBE)
def test_no_configuration_lets_anything_else_through(
    raw: dict[str, Any],
    attribution: dict[str, str],
    is_minor: bool,
    email: bool | None,
    sms: bool | None,
    returning: bool | None,
) -> None:
    booking = facts(
        attribution=attribution, is_minor=is_minor, guardian=GUARDIAN, email_marketing=email, sms_marketing=sms,
        is_returning=returning,
    )  # fmt: skip
    try:
        chosen = sync_config("hubspot", raw)
        payload = contact_payload(booking, chosen)
    except (CrmSyncConfigInvalid, Withheld):
        return
    allowed = {theirs for several in chosen.names.values() for theirs in several}
    assert set(payload) <= allowed
    assert all(payload.values())
    assert not set(SECRETS) & set(payload.values())
    switched = {"send_category": "Physiotherapy", "send_service_name": "Pelvic health, first visit"}
    for switch, text in {**switched, "send_practitioner": "Dr Ada Fern"}.items():
        assert (text in payload.values()) == (raw.get(switch, False) and not is_minor)
    assert ("Nora" in payload.values()) != is_minor


def test_neither_the_facts_nor_a_contact_have_a_place_for_health_data() -> None:
    words = ("birth", "answer", "medicare", "waiver", "note", "document", "signature", "condition", "symptom")
    places = [*CONTACT_FIELDS, *(each.name for each in fields(CrmFacts))]
    assert [place for place in places if any(word in place for word in words)] == []


def test_a_contact_shows_nobody_when_printed() -> None:
    printed = repr(contact_of(FACTS, config(send_service_name=True))) + repr(FACTS)
    assert not any(text in printed for text in ("Nora", "Quill", "example.com", "+61", "Pelvic", "Ada"))
