"""What the codes of the CRM sync mean and what to do about them, in a receptionist's words.

One list for `booking-app tasks show`, the console and docs/connections.md: what only one vendor says stands in its spec
and comes first, then what all have in common. The first rule that fits a code counts, so the narrower ones stand first.
"""

import re
from dataclasses import dataclass

from booking_app.crm.vendors.registered import SPECS, VENDORS
from booking_app.crm.vendors.spec import Rule

THE_CRM = "The CRM"
VENDOR = re.compile(rf"(?:[a-z_]+:)?({'|'.join(VENDORS)})_")


@dataclass(frozen=True)
class Meaning:
    """A code in two sentences: what happened, and what to do. `vendor` is the CRM's own name, as people say it."""

    vendor: str
    sentence: str
    fix: str


OURS = ("no_handler:", "internal:")  # how codes begin that say nothing of another system
SHARED = (
    Rule(
        "no_handler:…", r"^no_handler:",
        "Another release of this software planned the task, and the one at work does not know its kind.",
        "Bring every server to the same release, then try the task again.",
    ),
    Rule(
        "internal:lost_leases", r"^internal:lost_leases$",
        "The task was begun thirty times, and nothing was ever heard of it again.",
        "Whoever runs the booking software has to look why its workers die or are too slow; then try the task again.",
    ),
    Rule(
        "connection_paused", r"^connection_paused$",
        "This connection is paused, because its token was refused.",
        "Give it a working token under Connections in the console, or import again; what waits goes on by itself.",
    ),
    Rule(
        "connection_gone", r"^connection_gone$",
        "The clinic has no such connection any more.", "Nothing, or add the connection again and retry.",
    ),
    Rule(
        "connection_config", r"^connection_config$|^handover:no_connection$|^no_connector:|^unusable_id$",
        "A setting of this connection cannot be used.",
        "Save it again under Connections in the console, or import again: either says what is wrong.",
    ),
    Rule(
        "…_429, budget_exhausted, mailchimp_403:bare, mailchimp_queue_full",
        r"^budget_exhausted|^mailchimp_403:bare|_429|_queue_full$",
        "{vendor} takes no more requests for the moment.", "Nothing; it goes on by itself.",
    ),
    Rule(
        "hubspot_403:MISSING_SCOPES, gohighlevel_401:scope", r"MISSING_SCOPES|:scope$",
        "The token is good, but it lacks a right that this step needs.",
        "Give the token the rights that docs/connections.md names, then resume it in the console, or import again.",
    ),
    Rule(
        "…_401, …_403", r"_40[13]",
        "{vendor} refuses the token: it is wrong, has expired, was taken back, or belongs to another account. "
        "The connection is paused.",
        "Make a new token with the rights that docs/connections.md names; enter it under Connections in the console, "
        "or import again.",
    ),
    Rule(
        "…_no_field:…, not_in_account:…", r"_no_field:|^not_in_account:",
        "The contact is in {vendor}, but the account lacks some of our fields, or does not take them as they are.",
        "Run booking-app connections apply (or map or leave out the fields); what waits goes on by itself.",
    ),
    Rule(
        "…_404:list, mailchimp_no_list, mailchimp_404:audience, mailchimp_other_list, gohighlevel_no_lists",
        r"_404:(?:list|audience)|_no_lists?$|_other_list$",
        "The list or audience of this connection is not there, or {vendor} has no such thing.",
        "Correct the list under Connections in the console (or take it out), or in [[crm]] and import again.",
    ),
    Rule(
        "…_location_unusable, activecampaign_url_unusable", r"_location_unusable$|^activecampaign_url_unusable$",
        "The account of this connection cannot be used: it is not {vendor}'s.",
        "Correct account under Connections in the console, or in [[crm]] and import again.",
    ),
    Rule(
        "…_token_unusable, webhook_secret_unusable", r"_token_unusable$|_secret_unusable$",
        "The token is not in the shape that {vendor} gives out; some of it may be missing.",
        "Copy the whole token once more, and enter it under Connections in the console, or import again.",
    ),
    Rule(
        "mailchimp_400:member_in_compliance_state, mailchimp_400:forgotten_email_not_subscribed, hubspot_4…:forgotten",
        r"compliance_state|forgotten",
        "The person has said no to {vendor}, and that is kept.", "Nothing.",
    ),
    Rule(
        "…:email, hubspot_400:INVALID_EMAIL", r":email$|:email_|INVALID_EMAIL",
        "{vendor} does not take this e-mail address: it looks mistyped or invented.",
        "The booking stands. Ask the patient, and enter the contact by hand.",
    ),
    Rule(
        "no_email", r"^no_email$",
        "There is no e-mail address, by which {vendor} would know the contact.", "Nothing; the booking stands.",
    ),
    Rule(
        "hubspot_409:unresolved, …_409", r"_409|:already_there",
        "{vendor} has a record that is in the way.", "Look at the contact there, then retry the task.",
    ),
    Rule(
        "…_unreachable:…, …_out_of_time", r"_unreachable|_out_of_time",
        "{vendor} could not be reached.", "Nothing for the first two days; check the address, then retry the task.",
    ),
    Rule(
        "…_no_answer:…, …_5…, …:not_json",
        r"_no_answer|_5\d\d|_408|_423|_477|not_json|_no_(?:note_)?id$|_gone$|:blocked|tag_unresolved$|_2\d\d:no_",
        "{vendor} is out of order, or its answer did not arrive.",
        "Nothing for the first two days; then retry the task.",
    ),
    Rule(
        "…_404", r"_404",
        "Something of this connection is not there: the account, or a record of it.",
        "Test the connection under Connections in the console and correct what it names, or do so in [[crm]].",
    ),
    Rule(
        "…_400…, …_422…", r"_4\d\d",
        "{vendor} does not take something as it is: often a field of another type than ours.",
        "Run booking-app connections plan: it shows what differs. Correct it there, or map the field otherwise.",
    ),
    Rule(
        "purged", r"^purged$",
        "The personal data of this booking is gone here, and Cliniko does not have the patient any more.", "Nothing.",
    ),
    Rule(
        "cancelled_before_handover", r"^cancelled_before_handover$",
        "The booking was cancelled before it was sent, so nothing of it was made.", "Nothing.",
    ),
    Rule(
        "newer_booking_told", r"^newer_booking_told$",
        "A newer booking of the same person was sent before; what it wrote was left as it is.", "Nothing.",
    ),
    Rule(
        "no_contact", r"^no_contact$",
        "The contact is not in {vendor} any more, and was not made again.", "Nothing.",
    ),
    Rule(
        "consent:…", r"^consent:",
        "Not sent on purpose: without consent, or a minor without a guardian, or somebody who has opted out.",
        "Nothing.",
    ),
)  # fmt: skip
RULES = (*(rule for spec in SPECS.values() for rule in spec.meanings), *SHARED)


def meaning_of(code: str, vendor: str | None = None) -> Meaning | None:
    """What a code of the CRM sync means; None for codes of other tasks. `vendor` helps where the code names none."""
    told = VENDOR.match(code)
    found = next((rule for rule in RULES if _fits(rule, code, is_vendors=told is not None)), None)
    if found is None:
        return None
    spec = SPECS.get(told[1] if told else vendor or "")
    title = spec.at_a_beginning if spec else THE_CRM
    return Meaning(title, found.sentence.format(vendor=title), found.fix.format(vendor=title))


def own_meaning_of(code: str) -> Meaning | None:
    """What a code means that speaks of this software and not of another system; None for every other code."""
    return meaning_of(code) if code.startswith(OURS) else None


def _fits(rule: Rule, code: str, *, is_vendors: bool) -> bool:
    """Whether a rule speaks of a code. One without a vendor's name has to fit a rule from its first letter."""
    found = re.search(rule.pattern, code)
    return found is not None and (is_vendors or found.start() == 0)
