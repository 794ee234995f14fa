"""Services, practitioners and locations as the clinic wants them shown."""

import io
from dataclasses import asdict, replace

import pytest
from PIL import Image

from booking_app.catalogue.curation import (
    Curation,
    LocationCuration,
    PractitionerCuration,
    ServiceCuration,
    curation_of,
    replace_curation,
)
from booking_app.catalogue.snapshots import offered
from booking_app.clinics.audit import Author
from booking_app.clinics.branding import Branding
from booking_app.clinics.clinics import clinic_files
from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.core.failures import RemoteFailure
from booking_app.setup.design.branding import BrandingDesign
from booking_app.setup.design.offering import Offering
from booking_app.setup.design.ordering import moved
from booking_app.setup.design.services import ServiceDesign
from tests.bookings.conftest import Desk
from tests.catalogue.samples import SAMPLE, changed
from tests.setup.design.conftest import recorded


@pytest.fixture(autouse=True)
def sample(desk: Desk, services: ServiceDesign) -> None:
    """Cliniko holds three services in three categories, three practitioners and two locations."""
    desk.practice.found = SAMPLE
    services.read_again(desk.clinic)


def offering(desk: Desk, services: ServiceDesign) -> Offering:
    found = services.offering(desk.clinic)
    assert found is not None
    return found


def shown_services(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        catalogue = offered(session, desk.clinic.id)
    assert catalogue is not None
    return [each.name for category in catalogue.categories for each in catalogue.services_in(category.key)]


def test_the_offering_stand_as_the_booking_page_does(desk: Desk, services: ServiceDesign) -> None:
    names = [item.name for category in offering(desk, services).categories for item in category.services]
    assert [name for name in names if name != "Pilates class"] == shown_services(desk), "one is not bookable in Cliniko"
    assert [item.name for item in offering(desk, services).practitioners][:2] == ["Liam Petrov", "Mia Okafor"]


def test_what_patients_cannot_book_stands_there_with_the_setting_to_change(desk: Desk, services: ServiceDesign) -> None:
    desk.practice.found = changed(services={"s1": {"is_bookable": False}})
    services.read_again(desk.clinic)
    physio = offering(desk, services).service("s1")
    assert physio is not None and physio.obstacle is not None
    assert "show it in online bookings" in physio.obstacle
    assert "Physio" not in shown_services(desk)


def test_a_service_is_renamed_grouped_hidden_and_pictured(desk: Desk, services: ServiceDesign, author: Author) -> None:
    target = io.BytesIO()
    Image.new("RGB", (30, 30), "green").save(target, "PNG")
    entry = ServiceCuration(cliniko_id="s1", name="First visit", category="Start here", price_display="none")
    services.save(author, desk.clinic, "service", entry, picture=target.getvalue(), revision=None)
    with desk.database.reading() as session:
        catalogue = offered(session, desk.clinic.id)
        (file,) = clinic_files(session, desk.clinic.id)
    assert catalogue is not None
    view = catalogue.service("s1")
    assert view is not None
    assert (view.name, view.price_display, view.image) == ("First visit", "none", file.name)
    assert "Start here" in [category.name for category in catalogue.categories]
    services.save(author, desk.clinic, "service", replace(entry, hidden=True), picture=None, revision=None)
    assert "First visit" not in shown_services(desk)
    assert recorded(desk)[1][2] == {"hidden": True, "image": None}


def test_a_picture_that_nothing_shows_any_more_goes(desk: Desk, services: ServiceDesign, author: Author) -> None:
    def picture(color: str) -> bytes:
        target = io.BytesIO()
        Image.new("RGB", (30, 30), color).save(target, "PNG")
        return target.getvalue()

    def kept() -> list[str]:
        with desk.database.reading() as session:
            return [file.name for file in clinic_files(session, desk.clinic.id)]

    BrandingDesign(desk.database).save_draft(author, desk.clinic, Branding(), logo=picture("red"), revision=None)
    entry = ServiceCuration(cliniko_id="s1")
    for color in ("green", "blue"):
        services.save(author, desk.clinic, "service", entry, picture=picture(color), revision=None)
    assert [name.split("-")[0] for name in kept()] == ["logo", "service"]
    services.save(author, desk.clinic, "service", entry, picture=None, revision=None)
    assert [name.split("-")[0] for name in kept()] == ["logo"]


def test_saying_something_about_a_location_keeps_its_place(desk: Desk, services: ServiceDesign, author: Author) -> None:
    services.move(author, desk.clinic, "location", "l2", "up")
    assert [item.name for item in offering(desk, services).locations] == ["Perth", "Adelaide"]
    entry = LocationCuration(cliniko_id="l2", directions="By the pier.")
    services.save(author, desk.clinic, "location", entry, picture=None, revision=None)
    assert [item.name for item in offering(desk, services).locations] == ["Perth", "Adelaide"]


def test_services_move_within_their_category_and_categories_as_a_whole(
    desk: Desk, services: ServiceDesign, author: Author
) -> None:
    together = ServiceCuration(cliniko_id="s3", category="Physiotherapy")
    services.save(author, desk.clinic, "service", together, picture=None, revision=None)
    assert shown_services(desk) == ["A chat", "Physio", "Pool"]
    services.move(author, desk.clinic, "service", "s3", "down")
    assert shown_services(desk) == ["Physio", "A chat", "Pool"]
    services.move(author, desk.clinic, "service", "s3", "down")
    assert shown_services(desk) == ["Physio", "A chat", "Pool"]
    wellness = offering(desk, services).categories[1]
    services.move_category(author, desk.clinic, wellness.key, "up")
    assert shown_services(desk) == ["Pool", "Physio", "A chat"]
    assert recorded(desk)[-1] == (
        "service.moved", {"order": ["s1", "s4", "s3", "s2"]}, {"order": ["s2", "s1", "s4", "s3"]},
    )  # fmt: skip


def test_practitioners_move_and_the_first_is_any_practitioners_choice(
    desk: Desk, services: ServiceDesign, author: Author
) -> None:
    services.move(author, desk.clinic, "practitioner", "p1", "up")
    with desk.database.reading() as session:
        catalogue = offered(session, desk.clinic.id)
    assert catalogue is not None
    assert next(iter(catalogue.practitioners)) == "p1"


def test_the_zone_of_the_account_survives_a_change(desk: Desk, services: ServiceDesign, author: Author) -> None:
    with desk.database.begin() as session:
        replace_curation(session, desk.clinic.id, Curation(account_time_zone="Australia/Perth"))
    entry = PractitionerCuration(cliniko_id="p3", equipment=True)
    services.save(author, desk.clinic, "practitioner", entry, picture=None, revision=None)
    with desk.database.reading() as session:
        assert curation_of(session, desk.clinic.id).account_time_zone == "Australia/Perth"


def test_of_two_who_save_one_service_the_second_is_told(desk: Desk, services: ServiceDesign, author: Author) -> None:
    seen = revision_of(asdict(services.entry(desk.clinic, "service", "s1")))
    first = ServiceCuration(cliniko_id="s1", name="Mine")
    services.save(author, desk.clinic, "service", first, picture=None, revision=seen)
    with pytest.raises(ChangedMeanwhile):
        services.save(author, desk.clinic, "service", replace(first, name="Yours"), picture=None, revision=seen)
    assert "Mine" in shown_services(desk)


def test_a_reading_that_fails_leaves_the_last_good_one(desk: Desk, services: ServiceDesign) -> None:
    before = offering(desk, services)
    desk.practice.is_down = True
    with pytest.raises(RemoteFailure):
        services.read_again(desk.clinic)
    assert offering(desk, services) == before


def test_moving_stops_at_the_ends_and_knows_no_stranger() -> None:
    assert moved(["a", "b"], "a", "up") == ["a", "b"]
    assert moved(["a", "b"], "b", "down") == ["a", "b"]
    assert moved(["a", "b"], "c", "up") == ["a", "b"]
    assert moved(["a", "b", "c"], "c", "up") == ["a", "c", "b"]
