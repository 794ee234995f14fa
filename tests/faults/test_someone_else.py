"""Book for someone else: who books is kept, in a draft of its own; the times are those around the first one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking_app.bookings.drafts import read_details
from booking_app.clinics.models import Clinic
from tests.faults.shop import Shop, slot_instant

PARENT = {
    "guardian_first_name": "Pat", "guardian_last_name": "Sample", "guardian_email": "pat.sample@example.com",
    "guardian_phone": "0412 345 678", "relationship": "Mother",
}  # fmt: skip
ANNA = {"first_name": "Anna", "date_of_birth": "2016-03-04", "email": None, "phone": None, "for_whom": "child"}


@pytest.fixture
def family(shop: Shop) -> Shop:
    with shop.services.database.begin() as session:
        clinic = session.scalars(select(Clinic)).one()
        clinic.rules = {**clinic.rules, "ask_for_whom": True}
    return shop


def test_a_parent_books_for_two_children_side_by_side(family: Shop) -> None:
    done = family.confirm(family.fill(family.choose(4), **PARENT, **ANNA))
    first = family.booking()
    page = family.client.page(done.replace("/done", "/someone-else"))
    assert page.h1 == ["Choose a date and time"]
    near = page.values("slot")
    assert near
    assert min(abs(slot_instant(one) - first.starts_at) for one in near) <= timedelta(hours=2)
    answer = family.client.send(page.form_to("/someone-else"), {"token": page.token(), "slot": near[0]})
    details = str(answer.headers["Location"])
    assert details.rsplit("/d/")[1].split("/")[0] != done.rsplit("/d/")[1].split("/")[0], "a draft of its own"
    about = family.client.page(details)
    assert about.values("guardian_first_name") == ["Pat"]
    assert about.values("guardian_email") == ["pat.sample@example.com"]
    assert about.values("first_name") == [""], "of the first child nothing is kept"
    ben = {**ANNA, "first_name": "Ben", "date_of_birth": "2018-03-04"}
    assert family.confirm(family.fill(details, **PARENT, **ben)).endswith("/done")
    second = family.booking()
    assert second.id != first.id
    kept = read_details(family.services.keyring, second.sealed_facts or b"")[0]
    assert (kept.first_name, kept.contact_email) == ("Ben", "pat.sample@example.com")
    family.work()
    family.client.page(done)


def test_nothing_is_told_once_the_page_was_left(family: Shop) -> None:
    done = family.confirm(family.fill(family.choose(4), **PARENT, **ANNA))
    family.clock.ahead += timedelta(minutes=31)
    family.client.page(done.replace("/done", "/someone-else"), status=410)


def test_a_draft_that_is_no_booking_has_no_next_one(family: Shop) -> None:
    details = family.choose(1)
    answer = family.client.get(details.replace("/details", "/someone-else"))
    assert answer.status_code == 303
