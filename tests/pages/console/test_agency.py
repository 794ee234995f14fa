"""Whoever looks after several clinics sees in one list how each stands."""

from datetime import timedelta

from sqlalchemy import update

from booking_app.clinics.models import Connection
from booking_app.tasks.models import Task
from tests.pages.console.desk import CLINIC, Desk


def test_an_agency_sees_bookings_what_needs_attention_and_connections(desk: Desk) -> None:
    text = desk.page("agency", "/console/").text
    assert "Nothing needs attention" in text and "Cliniko is not connected yet" in text and "Connected" in text
    desk.shop.make_crm_fields()
    desk.shop.book()
    desk.shop.work()
    with desk.services.database.begin() as session:
        session.execute(update(Task).where(Task.name == "form").values(state="parked"))
        paused = update(Connection).where(
            Connection.vendor == "hubspot", Connection.clinic_id == desk.clinic(CLINIC).id
        )
        session.execute(paused.values(state="paused"))
    booking = desk.shop.booking()
    desk.shop.clock.ahead += booking.starts_at - desk.services.clock.now() - timedelta(days=1)
    agency = desk.visitor()
    agency.sign_in("agency")
    text = agency.page("/console/").text
    for said in ("1 online booking in the next 7 days", "1 needs attention", "1 connection paused"):
        assert said in text, said
    assert "Pat" not in text
