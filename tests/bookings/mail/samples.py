"""Synthetic bookings as notices read them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from booking_app.bookings.deadlines import Deadlines
from booking_app.bookings.mail.facts import ClinicCard, NoticeFacts
from booking_app.tasks.records import Subject, Work

SENDER = "bookings@booking.example"
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
CLINIC = ClinicCard(
    name="Seaside Physiotherapy & Hydro",
    phone="(08) 8123 4567",
    email="hello@seaside.example",
    primary_color="#0f766e",
    alert_email="desk@seaside.example",
)
FACTS = NoticeFacts(
    clinic=CLINIC,
    email="nora.quill@example.com",
    reference="BK-7F3K2M9Q",
    starts_at=datetime(2026, 11, 23, 22, 30, tzinfo=UTC),
    ends_at=datetime(2026, 11, 23, 23, 15, tzinfo=UTC),
    time_zone="Australia/Adelaide",
    location_name="Glenelg",
    address="12 Jetty Road\nGlenelg SA 5045",
    directions="Enter by the lane <beside> the bakery.",
    is_telehealth=False,
    is_cancelled=False,
    sequence=0,
    deadlines=Deadlines(datetime(2026, 11, 22, 22, 30, tzinfo=UTC), datetime(2026, 11, 22, 22, 30, tzinfo=UTC)),
    manage_url="https://booking.example/manage/s3cret-t0ken_abcdefghijklmnop",
    booking_url="https://booking.test/b/demo",
    console_url="https://booking.example/console/bookings/BK-7F3K2M9Q",
    confirmation_rule="when_cliniko_sends_none",
    cliniko_sends_confirmation=False,
)


def facts(**changes: Any) -> NoticeFacts:
    return replace(FACTS, **changes)


def work(**changes: Any) -> Work:
    given: dict[str, Any] = {
        "task_id": 1, "clinic_id": 1, "subject": Subject("booking", 5), "name": "confirmation_mail",
        "connection_id": None, "attempts": 1, "remote_id": None, "deadline": 1045.0, "check_lease": lambda: None,
    }  # fmt: skip
    return Work(**given | changes)
