"""Synthetic bookings as the CRM sync reads them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from booking_app.crm.sync.facts import CrmFacts, Person
from booking_app.crm.vendors.records import ConsentProof
from booking_app.tasks.records import Subject, Work

FACTS = CrmFacts(
    reference="BK-7Q2M4X9A",
    starts_at=datetime.fromisoformat("2026-11-24T09:00:00+10:30"),
    ends_at=datetime.fromisoformat("2026-11-24T09:30:00+10:30"),
    patient=Person("Nora", "Quill", "+61491570156"),
    email="nora.quill@example.com",
    is_minor=False,
    guardian=None,
    email_marketing=True,
    sms_marketing=False,
    is_returning=False,
    is_cancelled=False,
    next_booking_at=datetime(2026, 11, 23, 22, 30, tzinfo=UTC),
    attribution={"utm_source": "newsletter", "utm_medium": "email"},
    category="Physiotherapy",
    service_name="Pelvic health, first visit",
    practitioner="Dr Ada Fern",
)
YES = ConsentProof(is_given=True, wording="Send me news.", given_at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
NO = replace(YES, is_given=False)
GUARDIAN = Person("Gus", "Quill", "+61491570157")


def facts(**changes: Any) -> CrmFacts:
    return replace(FACTS, **changes)


def work(**changes: Any) -> Work:
    given: dict[str, Any] = {
        "task_id": 1, "clinic_id": 1, "subject": Subject("booking", 5), "name": "contact:3", "connection_id": 3,
        "attempts": 1, "remote_id": None, "deadline": 145.0, "check_lease": lambda: None,
    }  # fmt: skip
    return Work(**given | changes)
