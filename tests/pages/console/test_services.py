"""Services, practitioners and locations: what Cliniko has, as the clinic wants it shown."""

import io

import pytest
from PIL import Image

from booking_app.catalogue.curation import curation_of
from booking_app.setup.clinic_file.exporting import exported_files
from tests.faults.shop import LOCATION, SERVICE
from tests.pages.console.desk import Desk
from tests.pages.console.forms import untouched

PAGE = "/console/demo/services"
MIA = "1100001000205902795"


@pytest.fixture(autouse=True)
def read(desk: Desk) -> None:
    """Cliniko has been read once."""
    desk.sign_in("manager").send_form(f"{PAGE}/read-again", {})


def save(desk: Desk, address: str, *, status: int = 303, **changes: object) -> str:
    visitor = desk.sign_in("manager")
    values = {**untouched(visitor.page(address).html, address), **changes}
    more = {"content_type": "multipart/form-data"} if "picture_file" in changes else {}
    return visitor.send(address, values, status=status, **more).text


def test_everything_cliniko_has_is_listed_with_what_stands_in_its_way(desk: Desk) -> None:
    page = desk.page("receptionist", PAGE)
    assert "Initial physiotherapy consultation" in page.text
    assert "Orthotics fitting” is not offered. To offer it, open it in Cliniko" in page.text
    assert "Read from Cliniko just now" in page.text
    assert not [link for link in page.links() if f"{PAGE}/" in link]


def test_a_renamed_service_shows_on_the_booking_page_at_once(desk: Desk) -> None:
    save(desk, f"{PAGE}/{SERVICE}", name="First visit", category="Start here", confirmation_text="Bring shoes.")
    patient = desk.visitor()
    assert "Start here" in patient.page("/b/demo?stay=1").text
    assert "First visit" in desk.page("manager", PAGE).text
    save(desk, f"{PAGE}/{SERVICE}", hidden="y")
    assert "Start here" not in patient.page("/b/demo?stay=1").text
    assert "Hidden here" in desk.page("manager", PAGE).text


def test_what_patients_see_of_a_price_is_the_clinics_to_say(desk: Desk) -> None:
    times = f"/b/demo/times?service={SERVICE}&location={LOCATION}"
    assert "$110" in desk.visitor().page(times).text
    save(desk, f"{PAGE}/{SERVICE}", price_display="none")
    assert "$110" not in desk.visitor().page(times).text


def test_a_photo_and_a_text_introduce_a_practitioner(desk: Desk) -> None:
    target = io.BytesIO()
    Image.new("RGB", (300, 200), "navy").save(target, "JPEG")
    address = f"/console/demo/practitioners/{MIA}"
    save(desk, address, description="Knees and hips.", picture_file=(io.BytesIO(target.getvalue()), "mia.jpg"))
    page = desk.visitor().page(f"/b/demo/times?service={SERVICE}&location={LOCATION}&practitioner={MIA}")
    assert "Knees and hips." in page.text
    photo = next(values["src"] for tag, values in page.tags if values.get("class") == "introduction-photo")
    answer = desk.visitor().get(photo)
    assert (answer.content_type, answer.status_code) == ("image/webp", 200)
    refused = save(desk, address, status=422, picture_file=(io.BytesIO(b"<svg/>"), "mia.svg"), name="Dr Mia")
    assert "SVG can carry programs" in refused and 'value="Dr Mia"' in refused


def test_services_and_categories_move_by_buttons(desk: Desk) -> None:
    def order() -> list[str]:
        text = desk.page("manager", PAGE).text
        names = ("Initial physiotherapy", "Standard physiotherapy", "Initial podiatry")
        return sorted(names, key=text.index)

    visitor = desk.sign_in("manager")
    answer = visitor.send_form(f"{PAGE}/{SERVICE}/move", {"direction": "down"})
    assert answer.headers["Location"].endswith(f"#service-{SERVICE}")
    assert order() == ["Standard physiotherapy", "Initial physiotherapy", "Initial podiatry"]
    keys = [values["id"] for tag, values in desk.page("manager", PAGE).tags if tag == "section"]
    visitor.send_form(f"{PAGE}/categories/{keys[0].removeprefix('category-')}/move", {"direction": "down"})
    assert order()[0] == "Initial podiatry"
    visitor.send_form(f"{PAGE}/{SERVICE}/move", {"direction": "sideways"}, status=400)


def test_locations_are_put_in_order_and_described(desk: Desk) -> None:
    page = "/console/demo/locations"
    desk.sign_in("manager").send_form(f"{page}/{LOCATION}/move", {"direction": "down"})
    save(desk, f"{page}/{LOCATION}", directions="By the pier.")
    with desk.services.database.reading() as session:
        entries = curation_of(session, desk.clinic().id).locations
    assert [entry.cliniko_id for entry in entries].index(LOCATION) == 1
    assert entries[1].directions == "By the pier."


def test_of_two_managers_at_once_the_second_sees_both(desk: Desk) -> None:
    address = f"{PAGE}/{SERVICE}"
    hers = untouched(desk.page("agency", address).html, address)
    save(desk, address, name="His name")
    answer = desk.sign_in("agency").send(address, {**hers, "name": "Her name"}, status=409)
    assert "His name" in answer.text and 'value="Her name"' in answer.text


def test_a_cliniko_that_does_not_answer_is_said_and_nothing_is_lost(desk: Desk) -> None:
    desk.sandbox.control.fault("status", service="cliniko", status=401, times=None)
    try:
        desk.sign_in("receptionist").send_form(f"{PAGE}/read-again", {"back": "locations"})
        page = desk.page("receptionist", "/console/demo/locations")
    finally:
        desk.sandbox.control.clear_faults()
    assert "Cliniko could not be read just now; what was read before still counts." in page.text
    assert "Adelaide" in page.text


def test_saving_every_screen_untouched_changes_nothing_of_the_clinics_file(desk: Desk) -> None:
    """What a screen stores is what an import stores: the file that comes out is the same, letter by letter."""
    before = exported_files(desk.services.database, "demo")
    visitor = desk.sign_in("manager")
    for address in _screens(desk):
        page = visitor.page(address)
        visitor.send(address, dict(untouched(page.html, address)))
    look = "/console/demo/branding"
    visitor.send(f"{look}/publish", dict(untouched(visitor.page(look).html, look)), content_type="multipart/form-data")
    after = exported_files(desk.services.database, "demo")
    assert after.keys() == before.keys()
    assert after["clinic.toml"].decode() == before["clinic.toml"].decode()
    assert after == before


def _screens(desk: Desk) -> list[str]:
    with desk.services.database.reading() as session:
        curation = curation_of(session, desk.clinic().id)
    said = [
        ("services", curation.services),
        ("practitioners", curation.practitioners),
        ("locations", curation.locations),
    ]
    records = [f"/console/demo/{noun}/{entry.cliniko_id}" for noun, entries in said for entry in entries]
    links = [
        link for noun in ("questions", "waivers") for link in desk.page("manager", f"/console/demo/{noun}").links()
    ]
    designed = [link for link in links if link.count("/") == 4]
    return ["/console/demo/branding", *records, *designed]
