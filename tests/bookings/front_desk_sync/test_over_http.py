"""What staff enter in Cliniko reaches the CRM, over real HTTP."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from booking_app.clinics.models import Clinic
from tests.faults.conftest import sandbox, shop
from tests.faults.shop import LOCATION, SERVICE, Shop, slot_instant

__all__ = ["sandbox", "shop"]


def switch_on(shop: Shop) -> None:
    with shop.services.database.begin() as session:
        session.execute(update(Clinic).values(rules={"front_desk_poll_minutes": 10}))
    shop.services.front_desk.run()  # by the clock that Cliniko has too


def look(shop: Shop) -> None:
    shop.clock.ahead += timedelta(minutes=11)
    shop.services.front_desk.run()


def adult(shop: Shop, **changes: Any) -> str:
    """A patient of the clinic's own, grown up and with an e-mail."""
    (patient, *_) = [
        one for one in shop.sandbox.control.records("demo", "patients") if one["email"] and not one["archived_at"]
    ]
    values = {"date_of_birth": "1980-01-01", "accepted_email_marketing": True, **changes}
    shop.sandbox.control.change("demo", "patients", patient["id"], **values)
    return str(patient["id"])


def staff_book(shop: Shop, patient_id: str) -> str:
    value = shop.times().values("slot")[0]
    return shop.sandbox.control.receptionist_books(
        "demo", practitioner_id=value.partition("-")[2], starts_at=slot_instant(value), business_id=LOCATION,
        appointment_type_id=SERVICE, patient_id=patient_id,
    )  # fmt: skip


def test_the_contact_arrives_from_the_front_desk_and_no_consent_is_raised(shop: Shop) -> None:
    shop.services.connectors.open(2).vendor.schema.apply()
    switch_on(shop)
    patient_id = adult(shop)
    appointment_id = staff_book(shop, patient_id)
    look(shop)
    assert shop.booking().cliniko_appointment_id == appointment_id
    shop.work()
    (contact,) = shop.state()["contacts"]
    (patient,) = shop.sandbox.control.records("demo", "patients", id=patient_id)
    assert contact["properties"]["email"] == patient["email"].lower()
    assert contact["properties"]["booking_source"] == "Front desk"
    assert "booking_email_marketing" not in contact["properties"], "nobody ticked it with us"
    assert shop.mine("patient_forms") == []
    shop.sandbox.control.change("demo", "individual_appointments", appointment_id, cancelled_at="2026-01-01T00:00:00Z")
    look(shop)
    assert shop.booking().state == "cancelled"
    shop.work()
    assert "booking_next_at" not in shop.state()["contacts"][0]["properties"]


def test_nobody_whose_age_is_unknown_or_who_has_no_email_becomes_a_contact(shop: Shop) -> None:
    switch_on(shop)
    staff_book(shop, adult(shop, date_of_birth=None))
    look(shop)
    shop.work()
    first = [task.note for task in shop.tasks().values() if task.kind == "contact"]
    assert first == ["consent:minor_without_guardian"]
    staff_book(shop, adult(shop, email=""))
    look(shop)
    shop.work()
    assert [task.note for task in shop.tasks().values() if task.kind == "contact"] == ["no_email"]
    assert shop.state()["contacts"] == []
    assert {task.state for task in shop.tasks().values()} == {"done"}
