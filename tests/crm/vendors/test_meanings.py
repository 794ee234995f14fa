"""Codes in a receptionist's words."""

import pytest

from booking_app.crm.vendors.meanings import RULES, meaning_of


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("hubspot_401:INVALID_AUTHENTICATION", "HubSpot refuses the token"),
        ("hubspot_403:MISSING_SCOPES", "lacks a right"),
        ("gohighlevel_401:scope", "lacks a right"),
        ("activecampaign_403", "ActiveCampaign refuses the token"),
        ("mailchimp_403:bare", "Mailchimp takes no more requests"),
        ("mailchimp_403:forbidden", "Mailchimp refuses the token"),
        ("hubspot_404:list", "list or audience"),
        ("mailchimp_400:email", "Mailchimp does not take this e-mail address"),
        ("hubspot_400:INVALID_EMAIL", "HubSpot does not take this e-mail address"),
        ("mailchimp_400:member_in_compliance_state", "said no to Mailchimp"),
        ("hubspot_no_field:booking_source", "lacks some of our fields"),
        ("gohighlevel_400:duplicate", "two contacts"),
        ("webhook_410:gone", "no more messages"),
        ("webhook_301:redirect", "address of the webhook"),
        ("hubspot_unreachable:ConnectError", "could not be reached"),
        ("activecampaign_no_answer:ReadTimeout", "did not arrive"),
        ("consent:minor_without_guardian", "on purpose"),
        ("budget_exhausted", "no more requests"),
        ("webhook_401", "The webhook refuses the token"),
        ("no_handler:telegram", "Another release"),
        ("hubspot_400:forgotten", "said no to HubSpot"),
        ("mailchimp_archived", "has archived this person in Mailchimp"),
        ("activecampaign_422:email", "does not take this e-mail address"),
        ("activecampaign_200:no_contact", "did not arrive"),
        ("activecampaign_tag_unresolved", "out of order"),
        ("not_in_account:BKKIND", "lacks some of our fields"),
        ("newer_booking_told", "newer booking"),
        ("cancelled_before_handover", "cancelled before"),
        ("no_contact", "not made again"),
        ("unusable_id", "setting of this connection"),
    ],
)
def test_a_code_is_explained(code: str, words: str) -> None:
    meaning = meaning_of(code)
    assert meaning is not None
    assert words in meaning.sentence
    assert meaning.fix


@pytest.mark.parametrize("code", ["cliniko_401", "cliniko_422:email", "smtp_550", "internal:KeyError", ""])
def test_codes_of_other_tasks_are_left_to_others(code: str) -> None:
    assert meaning_of(code) is None


def test_the_connections_vendor_stands_in_where_the_code_names_none() -> None:
    meaning = meaning_of("no_email", "mailchimp")
    assert meaning is not None
    assert "Mailchimp" in meaning.sentence


def test_no_sentence_has_a_placeholder_left_and_each_ends_as_one() -> None:
    for rule in RULES:
        for text in (rule.sentence.format(vendor="HubSpot"), rule.fix.format(vendor="HubSpot")):
            assert "{" not in text
            assert text.endswith(".")
