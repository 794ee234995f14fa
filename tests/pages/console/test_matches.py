"""Possible duplicates do what a person decided, with one press."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking_app.bookings.models import MatchProposal
from booking_app.bookings.patient_records.models import PatientChange
from booking_app.tasks.models import Task
from booking_app.tasks.records import Subject
from tests.pages.console.desk import Desk
from tests.pages.shared.client import Page

MATCHES = "/console/demo/matches"
TYPED = "0498 765 432"


def differing(desk: Desk) -> str:
    """A patient who comes back with another phone; returns where to decide about it."""
    desk.shop.make_crm_fields()
    desk.shop.book()
    desk.shop.work()
    desk.shop.book(phone=TYPED)
    desk.shop.work()
    return where(desk.page("receptionist", MATCHES))


def alike(desk: Desk) -> str:
    """A new record beside an older one that looks alike; returns where to decide about it."""
    desk.shop.make_crm_fields()
    desk.shop.book()
    desk.shop.work()
    desk.shop.book(email="pat.new@example.com")
    desk.shop.work()
    assert len(desk.shop.mine("patients")) == 2
    return where(desk.page("receptionist", MATCHES))


def where(page: Page) -> str:
    return next(values["action"] for tag, values in page.tags if tag == "form" and "/matches/" in values["action"])


def work(desk: Desk, rounds: int = 6) -> None:
    """What a worker does about corrections."""
    for _ in range(rounds):
        with desk.services.database.reading() as session:
            ids = list(session.scalars(select(PatientChange.id)))
        for one in ids:
            desk.services.task_runner.advance(Subject("patient_change", one))
        desk.shop.clock.ahead += timedelta(minutes=2)


def records(desk: Desk) -> list[Mapping[str, Any]]:
    return sorted(desk.shop.mine("patients"), key=lambda one: str(one["created_at"]))


def numbers(desk: Desk) -> list[str]:
    (patient,) = desk.shop.mine("patients")
    return [one["number"] for one in patient["patient_phone_numbers"]]


def test_what_the_patient_typed_is_put_into_the_record_and_nothing_else(desk: Desk) -> None:
    decide = differing(desk)
    visitor = desk.sign_in("receptionist")
    page = visitor.page(MATCHES)
    for text in ("Different details: Pat Sample", "+61 412 345 678", "+61 498 765 432", "Keep the record as it is"):
        assert text in page.text, text
    (before,) = desk.shop.mine("patients")
    visitor.send_form(decide, {"decision": "apply", "field": "phone"})
    work(desk)
    (after,) = desk.shop.mine("patients")
    assert numbers(desk) == ["+61498765432"]
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"patient_phone_numbers", "updated_at"}
    assert "Nothing to review." in visitor.page(MATCHES).text
    log = desk.page("owner", "/console/demo/changes").text
    assert "phone" in log and "498765432" not in log, "the log says which fields, and not what stood in them"


def test_a_correction_whose_answer_was_lost_is_written_once_and_nothing_of_it_stays(desk: Desk) -> None:
    decide = differing(desk)
    desk.sandbox.control.fault("drop_after", method="PATCH", path=r"/v1/patients/", times=1)
    desk.sign_in("receptionist").send_form(decide, {"decision": "apply", "field": "phone"})
    work(desk)
    asked = desk.sandbox.control.calls(account="demo", service="cliniko")
    calls = [one for one in asked if one.method == "PATCH" and "/patients/" in one.path]
    assert len(calls) == 1 and numbers(desk) == ["+61498765432"]
    with desk.services.database.reading() as session:
        (change,) = session.scalars(select(PatientChange))
        assert change.sealed_values is None
        assert session.scalars(select(Task.state).where(Task.kind == "patient_change")).one() == "done"


def test_a_record_may_be_kept_as_it_is(desk: Desk) -> None:
    decide = differing(desk)
    visitor = desk.sign_in("receptionist")
    visitor.send_form(decide, {"decision": "apply"})
    assert "Nothing was ticked" in visitor.page(MATCHES).text
    visitor.send_form(decide, {"decision": "king"}, status=400)
    desk.sign_in("stranger").send_form(decide.replace("demo", "other"), {"decision": "kept"}, status=404)
    visitor.send_form(decide, {"decision": "kept"})
    assert numbers(desk) == ["+61412345678"]
    assert "Nothing to review." in visitor.page(MATCHES).text
    visitor.send_form(decide, {"decision": "kept"}, status=404)
    assert "Decided about a patient’s record" in desk.page("owner", "/console/demo/changes").text


def test_the_record_that_was_chosen_is_used_from_now_on_and_the_merge_ticks_itself_off(desk: Desk) -> None:
    decide = alike(desk)
    old, new = records(desk)
    visitor = desk.sign_in("receptionist")
    page = visitor.page(MATCHES)
    assert "Possible duplicate: Pat Sample" in page.text and "pat.new@example.com" in page.text
    visitor.send_form(decide, {"decision": "use:1"})
    assert "already" in visitor.page(MATCHES).text, "only one of the records shown may be chosen"
    visitor.send_form(decide, {"decision": f"use:{old['id']}"})
    assert "Merge in Cliniko" in visitor.page(MATCHES).text
    desk.shop.book(email="pat.new@example.com", phone="0412 345 678")
    desk.shop.work()
    assert desk.shop.booking().cliniko_patient_id == old["id"], "the older record, although the newer one fits exactly"
    assert "Merge in Cliniko" in visitor.page(MATCHES).text
    merged = {"merged_at": "2026-11-30T00:00:00Z", "archived_at": "2026-11-30T00:00:00Z"}
    desk.sandbox.control.change("demo", "patients", new["id"], merged_with_patient_id=old["id"], **merged)
    assert "Merge in Cliniko" not in visitor.page(MATCHES).text


@pytest.mark.parametrize("decision", ["kept", "use"])
def test_a_page_that_is_old_decides_nothing(desk: Desk, decision: str) -> None:
    decide = alike(desk)
    with desk.services.database.begin() as session:
        session.scalars(select(MatchProposal)).one().state = "settled"
    desk.sign_in("receptionist").send_form(decide, {"decision": decision}, status=404)


def test_nothing_of_a_correction_outlives_the_erasure_of_the_person(desk: Desk) -> None:
    decide = differing(desk)
    desk.sandbox.control.fault("status", method="PATCH", path=r"/v1/patients/", status=503, times=None)
    desk.sign_in("receptionist").send_form(decide, {"decision": "apply", "field": "phone"})
    with desk.services.database.reading() as session:
        assert session.scalars(select(PatientChange)).one().sealed_values is not None
    whom = {"way": "email", "value": "pat.sample@example.com", "is_meant": "y"}
    desk.sign_in("owner").send_form("/console/demo/person/erase", whom, status=200)
    with desk.services.database.reading() as session:
        assert session.scalars(select(PatientChange)).one().sealed_values is None
    desk.sandbox.control.clear_faults()
    work(desk)
    assert numbers(desk) == ["+61412345678"]
