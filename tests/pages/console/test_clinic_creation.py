"""Who may make a clinic: whom the server's command line invited, once; owners; and everybody where that is set."""

from dataclasses import replace
from pathlib import Path

import pytest

from booking_app.clinics.audit import Author
from booking_app.clinics.people import People
from booking_app.clinics.staff import Role
from booking_app.core.settings import SettingsError, load_settings
from booking_app.pages.console.passwords import set_password
from booking_app.setup.clinics import NewClinics
from tests.pages.console.desk import CLINIC, Desk, Visitor, email_of

NEW = "/console/new"
CLINIC_FORM = {"name": "North Clinic", "slug": "north", "time_zone": "Australia/Sydney", "phone": "", "email": ""}


def make(visitor: Visitor, slug: str, *, status: int) -> None:
    page = visitor.page(NEW, status=200 if status == 303 else 403)
    revision = page.values("revision")
    visitor.send_form(NEW, {**CLINIC_FORM, "slug": slug, "revision": revision[0] if revision else ""}, status=status)


def remove(desk: Desk, person: str) -> Visitor:
    """Removed from their only clinic, and signed in again."""
    desk.sign_in("owner").send_form(f"/console/{CLINIC}/people/{desk.staff_id(person)}/remove", {})
    visitor = desk.visitor()
    visitor.sign_in(person)
    return visitor


def test_somebody_removed_from_their_only_clinic_makes_no_new_one(desk: Desk) -> None:
    visitor = remove(desk, "manager")
    page = visitor.page("/console/")
    assert "You do not belong to a clinic." in page.text and NEW not in page.links()
    make(visitor, "mine", status=403)


def test_a_removed_owner_makes_no_new_one_either(desk: Desk) -> None:
    desk.sign_in("owner").send_form(f"/console/{CLINIC}/people/{desk.staff_id('manager')}/role", {"role": "owner"})
    manager = desk.visitor()
    manager.sign_in("manager")
    make(manager, "second", status=303)
    author, people = Author(None, desk.services.clock.now()), People(desk.services.database)
    people.add(author, desk.clinic("second").id, email_of("stranger"), Role.OWNER)
    people.remove(author, desk.clinic("second").id, desk.staff_id("manager"))
    make(remove(desk, "manager"), "third", status=403)


def test_whom_the_command_line_invites_makes_one_and_not_a_second_after_losing_it(desk: Desk) -> None:
    author = Author(None, desk.services.clock.now())
    People(desk.services.database).invite_to_make_a_clinic(author, email_of("kim"))
    with desk.app.app_context():
        set_password(email_of("kim"), "harbour kettle violet")
    kim = desk.sign_in("kim")
    make(kim, "north", status=303)
    make(kim, "south", status=303)  # as the owner of the first
    people = People(desk.services.database)
    for slug in ("north", "south"):
        people.add(author, desk.clinic(slug).id, email_of("manager"), Role.OWNER)
        people.remove(author, desk.clinic(slug).id, desk.staff_id("kim"))
    visitor = desk.visitor()
    visitor.sign_in("kim")
    make(visitor, "west", status=403)


def test_where_anyone_may_everybody_with_an_account_does(desk: Desk) -> None:
    use_cases = desk.app.extensions["use_cases"]
    clinics = NewClinics(desk.services.database, "anyone")
    desk.app.extensions["use_cases"] = replace(use_cases, setup=replace(use_cases.setup, clinics=clinics))
    make(remove(desk, "receptionist"), "mine", status=303)


def test_the_setting_is_one_of_two_words(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="BOOKING_CLINIC_CREATION must be invited or anyone"):
        load_settings({"BOOKING_CLINIC_CREATION": "everybody", "BOOKING_DATA_DIR": str(tmp_path)})
    assert load_settings({"BOOKING_DATA_DIR": str(tmp_path)}).clinic_creation == "invited"


@pytest.mark.parametrize(
    ("name", "city", "slug", "zone"),
    [
        ("Harbour & Quay Physio", "auckland", "harbour-quay-physio", "Pacific/Auckland"),
        ("Demo", "Australia/Perth", "demo-2", "Australia/Perth"),  # another clinic is called demo
        ("Öst Klinik", "new york", "ost-klinik", "America/New_York"),
    ],
)
def test_the_address_is_made_of_the_name_and_the_zone_of_the_city(
    desk: Desk, name: str, city: str, slug: str, zone: str
) -> None:
    visitor = desk.sign_in("owner")
    page = visitor.page(NEW)
    assert 'list="time-zones"' in visitor.get(NEW).text and page.h1 == ["New clinic"]
    values = {**CLINIC_FORM, "name": name, "slug": "", "time_zone": city}
    visitor.send_form(NEW, values, status=303)
    assert desk.clinic(slug).time_zone == zone
    answer = desk.visitor().get(f"/b/{slug}")
    assert answer.status_code == 503 and "Online booking isn’t set up yet" in answer.text
