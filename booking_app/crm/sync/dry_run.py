"""What a booking would cause at a CRM, without sending anything: the true handlers over a transport that only notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking_app.core.outbound_http.recording import RecordedCall
from booking_app.crm.sync.case import Cases
from booking_app.crm.sync.connections import OpenConnection
from booking_app.crm.sync.contact_handler import ContactHandler
from booking_app.crm.sync.facts import CrmFacts, Person
from booking_app.crm.sync.planning import AFTER_BOOKING, CONTACT, EVENT
from booking_app.crm.sync.step_handlers import step_handlers
from booking_app.crm.vendors.records import ConsentProof
from booking_app.crm.vendors.webhook.client import Webhook
from booking_app.crm.vendors.webhook.records import BookingEvent
from booking_app.tasks.records import Subject, Work

SAMPLE_EMAIL = "sam.sample@example.com"
SAMPLE_REFERENCE = "BK-SAMPLE23"
NOTICE = timedelta(days=7)
LENGTH = timedelta(minutes=30)


@dataclass(frozen=True)
class DryCall:
    """One request that would be sent, credentials masked. `step` is the task runner task it belongs to."""

    step: str
    method: str
    url: str
    headers: dict[str, str]
    body: object


@dataclass(frozen=True)
class Rehearsed:
    """An open connection that sends nothing; `calls` fills as it is used."""

    opened: OpenConnection | Webhook
    calls: Sequence[RecordedCall]


def sample_facts(now: datetime) -> CrmFacts:
    """An invented adult who has ticked both boxes, a week before an invented appointment."""
    starts_at = now + NOTICE
    return CrmFacts(
        reference=SAMPLE_REFERENCE,
        starts_at=starts_at,
        ends_at=starts_at + LENGTH,
        patient=Person("Sam", "Sample", "+61491570156"),
        email=SAMPLE_EMAIL,
        is_minor=False,
        guardian=None,
        email_marketing=True,
        sms_marketing=True,
        is_returning=False,
        is_cancelled=False,
        next_booking_at=starts_at,
        attribution={"utm_source": "newsletter", "utm_medium": "email", "utm_campaign": "spring"},
        email_consent=ConsentProof(is_given=True, wording="Yes, send me news.", given_at=now),
        category="Sample category",
        service_name="Sample service",
        practitioner="Dr Sample",
    )


def sample_event(now: datetime, clinic: str) -> BookingEvent:
    """The same booking as a webhook is told of it."""
    starts_at = now + NOTICE
    return BookingEvent(
        clinic=clinic, booking=SAMPLE_REFERENCE, revision=0, status="confirmed", changed_at=now, starts_at=starts_at,
        ends_at=starts_at + LENGTH, service_id="1", location_id="2", practitioner_id="3", appointment_id="4",
        patient_id="5", email=SAMPLE_EMAIL,
    )  # fmt: skip


def rehearse(rehearsed: Rehearsed, *, now: datetime, clinic: str) -> tuple[DryCall, ...]:
    """The calls of a sample booking, step by step, for a contact that is new to the CRM. Raises RemoteFailure."""
    if isinstance(rehearsed.opened, Webhook):
        rehearsed.opened.announce(sample_event(now, clinic))
        return tuple(_dry(EVENT, rehearsed.calls))
    opened, facts, known = rehearsed.opened, sample_facts(now), list[str]()
    cases = Cases(
        load_facts=lambda _: facts,
        open_connection=lambda _: opened,
        known_contact=lambda _booking, _connection: known[0] if known else None,
        is_overtaken=lambda _work, _contact_id: False,
    )
    contact = ContactHandler(cases, plan_rest=_plan_nothing).act(_work(CONTACT))
    known += [contact.remote_id] if contact.remote_id else []
    calls = list(_dry(CONTACT, rehearsed.calls))
    handlers = step_handlers(cases)
    for step in AFTER_BOOKING:
        handlers[step].act(_work(step))
        calls += _dry(step, rehearsed.calls[len(calls) :])
    return tuple(calls)


def _dry(step: str, calls: Sequence[RecordedCall]) -> list[DryCall]:
    return [DryCall(step, call.method, call.url, dict(call.headers), call.body) for call in calls]


def _plan_nothing(_session: Session, _work: Work, _lacks_fields: bool) -> None:
    return None


def _nothing_to_check() -> None:
    return None


def _work(name: str) -> Work:
    return Work(
        task_id=0, clinic_id=0, subject=Subject("booking", 0), name=name, connection_id=0, attempts=1, remote_id=None,
        deadline=float("inf"), check_lease=_nothing_to_check,
    )  # fmt: skip
