"""The tables of the documents that the code decides: `python -m tests.deploy.sent` prints them."""

from dataclasses import fields
from datetime import UTC, datetime

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.crm.vendors.config import SWITCHED
from booking_app.crm.vendors.meanings import RULES
from booking_app.crm.vendors.records import CLICK_IDS, CONTACT_FIELDS, FIRST_TOUCH
from booking_app.crm.vendors.registered import SPECS
from booking_app.crm.vendors.webhook.records import BookingEvent, message_of
from booking_app.tasks.policy import judge

CRMS = tuple(spec for spec in SPECS.values() if spec.keeps_contacts)
SWITCH_OF = {ours: switch for switch, several in SWITCHED.items() for ours in several}
CONSENTED = (*CLICK_IDS, "consent_at", "consent_wording", "consent_source")
ONLY_ALLOWED = 'only with `fields = {email = "email"}`'
AT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)


def sent_table() -> str:
    """Every field of a contact, when it goes, and where it arrives at each CRM unless `fields` says otherwise."""
    rows = [f"| our name | sent | {' | '.join(spec.title for spec in CRMS)} |", "|" + "---|" * (len(CRMS) + 2)]
    for ours in CONTACT_FIELDS:
        when = "only with consent" if ours in CONSENTED else "where known"
        when = "once, where there is none" if ours in FIRST_TOUCH else when
        when = f"only with `{SWITCH_OF[ours]}`" if ours in SWITCH_OF else when
        arrives = (", ".join(f"`{name}`" for name in spec.names.get(ours, ())) or "–" for spec in CRMS)
        rows.append(f"| `{ours}` | {when} | {' | '.join(arrives)} |")
    return "\n".join(rows)


def codes_table() -> str:
    """What each code of the CRM sync means, and what to do."""
    rows = ["| code | what it means | what to do |", "|---|---|---|"]
    for rule in RULES:
        codes = ", ".join(f"`{code}`" for code in rule.shown.split(", "))
        told = (text.format(vendor="the CRM") for text in (rule.sentence, rule.fix))
        means, fix = (text[0].upper() + text[1:] for text in told)
        rows.append(f"| {codes} | {means} | {fix} |")
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
    """What the task runner does with each class of failure, in one word."""
    return {failure.value: _fate(failure) for failure in Failure}


def _fate(failure: Failure) -> str:
    verdict = judge(RemoteFailure("any", failure=failure), 1)
    if verdict.is_done:
        return "done"
    if verdict.wait is None:
        return "parked, connection paused" if verdict.pauses_connection else "parked"
    return "tried again" if verdict.counts else "waits"


if __name__ == "__main__":
    print(sent_table(), webhook_table(), codes_table(), classes(), sep="\n\n")
