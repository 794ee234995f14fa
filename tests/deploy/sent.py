"""The tables of the documents that the code decides: `python -m tests.deploy.sent` prints them."""

from dataclasses import fields
from datetime import UTC, datetime

from booking_app.failures import Failure, RemoteFailure
from booking_app.ledger.policy import judge
from booking_app.vendors.names import NAMES
from booking_app.vendors.records import CONTACT_FIELDS
from booking_app.vendors.webhook.records import BookingEvent, message_of

CRMS = ("hubspot", "gohighlevel", "activecampaign", "mailchimp")
TITLES = {
    "hubspot": "HubSpot",
    "gohighlevel": "GoHighLevel",
    "activecampaign": "ActiveCampaign",
    "mailchimp": "Mailchimp",
}
SWITCHED = {"category": "send_category", "service_name": "send_service_name", "practitioner": "send_practitioner"}
ONLY_ALLOWED = 'only with `fields = {email = "email"}`'
AT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)


def sent_table() -> str:
    """Every field of a contact, when it goes, and where it arrives at each CRM unless `fields` says otherwise."""
    rows = [f"| our name | sent | {' | '.join(TITLES[vendor] for vendor in CRMS)} |", "|" + "---|" * (len(CRMS) + 2)]
    for ours in CONTACT_FIELDS:
        when = f"only with `{SWITCHED[ours]}`" if ours in SWITCHED else "where known"
        arrives = (", ".join(f"`{name}`" for name in NAMES[vendor].get(ours, ())) or "–" for vendor in CRMS)
        rows.append(f"| `{ours}` | {when} | {' | '.join(arrives)} |")
    return "\n".join(rows)


def webhook_table() -> str:
    """Every key of a webhook's `data`."""
    texts = {each.name: "x" for each in fields(BookingEvent)}
    known = {**texts, "revision": 1, "changed_at": AT, "starts_at": AT, "ends_at": AT}
    event = BookingEvent(**known)  # type: ignore[arg-type]
    always, allowed = message_of(event, with_email=False).data, message_of(event, with_email=True).data
    rows = ["| key of `data` | sent |", "|---|---|"]
    sent = {key: "always" if key in always else ONLY_ALLOWED for key in allowed}
    rows += [f"| `{key}` | {when} |" for key, when in sent.items()]
    return "\n".join(rows)


def classes() -> dict[str, str]:
    """What the ledger does with each class of failure, in one word."""
    return {failure.value: _fate(failure) for failure in Failure}


def _fate(failure: Failure) -> str:
    verdict = judge(RemoteFailure("any", failure=failure), 1)
    if verdict.is_done:
        return "done"
    if verdict.wait is None:
        return "parked, connection paused" if verdict.pauses_connection else "parked"
    return "tried again" if verdict.counts else "waits"


if __name__ == "__main__":
    print(sent_table(), webhook_table(), classes(), sep="\n\n")
