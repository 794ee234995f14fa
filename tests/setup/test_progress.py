"""How far a clinic is, and what was found in Cliniko with the setting to change."""

from dataclasses import replace

import pytest

from booking_app.catalogue.curation import Curation, ServiceCuration
from booking_app.setup.found import found_in
from booking_app.setup.progress import Progress
from tests.bookings.fakes import catalogue
from tests.setup.conftest import Office

NEW = {"slug": "new-clinic", "name": "New Clinic", "time_zone": "Australia/Adelaide"}


@pytest.fixture
def progress(office: Office) -> Progress:
    return office.setup.progress


def done(progress: Progress, clinic: object) -> list[str]:
    return [step.name for step in progress.steps(clinic) if step.is_done]  # type: ignore[arg-type]


def test_the_sample_clinic_is_ready_once_cliniko_was_read(office: Office, progress: Progress) -> None:
    assert progress.look_again(office.clinic) == ""
    assert done(progress, office.clinic) == ["key", "found", "brand", "questions", "website"]


def test_a_new_clinic_goes_step_by_step_and_can_stop_anywhere(office: Office, progress: Progress) -> None:
    clinic = office.setup.clinics.create(office.invited, NEW)
    assert done(progress, clinic) == []
    assert "No Cliniko key is stored yet" in progress.look_again(clinic)
    office.setup.key.save(office.author, clinic, "MS0xMjM0-second-au1")
    assert done(progress, clinic) == ["key"]
    assert progress.look_again(clinic) == ""
    assert done(progress, clinic) == ["key", "found"]
    progress.mark(office.author, clinic, "brand")
    progress.mark(office.author, clinic, "brand")
    assert done(progress, clinic) == ["key", "found", "brand"]
    with pytest.raises(LookupError):
        progress.mark(office.author, clinic, "key")


def test_each_item_says_whether_it_is_bookable_and_what_would_change_that() -> None:
    found = catalogue()
    people = (found.practitioners[0], replace(found.practitioners[1], is_bookable=False))
    groups = (found.services[0], replace(found.services[1], minutes=0))
    seen = found_in(
        replace(found, practitioners=people, services=groups),
        Curation(services=(ServiceCuration(cliniko_id="s1", hidden=True),)),
    )
    assert [(item.name, item.state) for item in seen.services] == [("Initial", "hidden"), ("Long", "blocked")]
    assert "It lasts 0 minutes" in seen.services[1].fix
    assert "show them in online bookings" in seen.practitioners[1].fix
    assert seen.practitioners[0].state == "blocked" and "no service that can be booked" in seen.practitioners[0].fix
    assert not seen.has_bookable_service
    off = found_in(replace(found, is_online_booking_enabled=False), Curation())
    assert "switched off" in off.account[0]
    assert {item.state for item in off.services} == {"blocked"}
