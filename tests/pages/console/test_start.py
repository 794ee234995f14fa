"""From nothing to a first look at what can be booked, in the console alone."""

from booking_app.clinics.people import People
from booking_app.clinics.staff import Role
from booking_sandbox.demo_keys import DEMO_CLINIKO_KEY
from tests.pages.console.desk import Desk

NEW = {"name": "New Clinic", "slug": "new-clinic", "time_zone": "Australia/Adelaide", "phone": "", "email": ""}


def make(desk: Desk, person: str = "owner") -> None:
    answer = desk.sign_in(person).send_form("/console/new", NEW)
    assert answer.headers["Location"] == "/console/new-clinic/start"


def test_an_owner_makes_a_clinic_and_owns_it(desk: Desk) -> None:
    make(desk)
    page = desk.page("owner", "/console/new-clinic/start")
    assert "Five steps to the first booking" in page.text
    assert desk.clinic("new-clinic").booking_rules().hold_minutes == 10
    (member,) = People(desk.services.database).members(desk.clinic("new-clinic").id)
    assert (member.email, member.role) == ("owner@example.com", Role.OWNER)
    assert desk.sign_in("manager").get("/console/new-clinic/start").status_code == 404


def test_an_owner_of_one_clinic_finds_the_way_to_a_second(desk: Desk) -> None:
    links = desk.page("owner", "/console/demo/").links()
    assert "/console/?choose=1" in links
    assert "/console/new" in desk.page("owner", "/console/?choose=1").links()
    assert "/console/new" not in desk.page("manager", "/console/?choose=1").links()


def test_who_works_for_a_clinic_makes_none(desk: Desk) -> None:
    for person in ("manager", "receptionist", "agency"):
        desk.page(person, "/console/new", status=403)
        desk.sign_in(person).send_form("/console/new", NEW, status=403)
    assert desk.visitor().get("/console/new").status_code == 303


def test_a_taken_or_impossible_address_is_refused_in_words(desk: Desk) -> None:
    visitor = desk.sign_in("owner")
    taken = visitor.send_form("/console/new", {**NEW, "slug": "demo"}, status=422)
    assert "“Booking page address” is taken by another clinic" in taken.text
    spaced = visitor.send_form("/console/new", {**NEW, "slug": "New Clinic", "name": ""}, status=422)
    assert (
        "“Booking page address” must be 1 to 63 small letters" in spaced.text
        and "“Name” must be filled in" in spaced.text
    )


def test_the_key_is_tried_explained_and_never_shown_again(desk: Desk) -> None:
    make(desk)
    visitor = desk.sign_in("owner")
    answer = visitor.send_form("/console/new-clinic/connections/cliniko", {"key": DEMO_CLINIKO_KEY}, status=200)
    assert "Key accepted" in answer.text and "region au1" in answer.text
    assert "The calendar: free times and appointments" in answer.text
    assert DEMO_CLINIKO_KEY not in answer.text
    found = desk.page("owner", "/console/new-clinic/start/found")
    assert "Harbour Street Health Adelaide" in found.text and "Can be booked" in found.text
    assert ("Not offered" in found.text and "In Cliniko" in found.text) or "in Cliniko" in found.text
    start = desk.page("owner", "/console/new-clinic/start").text
    assert start.count("Done") == 2
    assert DEMO_CLINIKO_KEY not in desk.page("owner", "/console/new-clinic/connections/cliniko").html


def test_bad_keys_are_refused_in_words_and_not_kept(desk: Desk) -> None:
    make(desk)
    visitor = desk.sign_in("owner")
    where = "/console/new-clinic/connections/cliniko"
    for key, words in (
        ("MS0xMjM0-revoked-au1", "Cliniko refuses the key"),
        ("MS0xMjM0-sandbox-uk1", "Cliniko refuses the key"),
        ("two words", "not a Cliniko key"),
        ("", "Paste the key"),
    ):
        assert words in visitor.send_form(where, {"key": key}, status=422).text
    desk.sandbox.control.fault("status", path="/user", status=503, times=None)
    assert "Cliniko answered with an error" in visitor.send_form(where, {"key": DEMO_CLINIKO_KEY}, status=422).text
    assert "Not connected yet" in desk.page("owner", "/console/new-clinic/connections").text


def test_another_account_is_asked_about_before_it_is_used(desk: Desk) -> None:
    desk.services.practices(desk.clinic().id)
    visitor = desk.sign_in("owner")
    where, key = "/console/demo/connections/cliniko", desk.sandbox.key("northside")
    asked = visitor.send_form(where, {"key": key}, status=422).text
    assert "This key opens another Cliniko account" in asked and "Use this other account from now on" in asked
    visitor.send_form(where, {"key": key, "allow_other_account": "y"}, status=200)


def test_a_step_can_be_called_finished_and_the_rest_waits(desk: Desk) -> None:
    make(desk)
    visitor = desk.sign_in("owner")
    visitor.send_form("/console/new-clinic/start/brand/done", {})
    assert "Fine as it is" in desk.page("owner", "/console/new-clinic/start").text
    visitor.send_form("/console/new-clinic/start/key/done", {}, status=404)


def test_an_unreachable_cliniko_leaves_what_was_found(desk: Desk) -> None:
    visitor = desk.sign_in("manager")
    visitor.send_form("/console/demo/start/found", {})
    desk.sandbox.control.fault("status", path="/settings", status=503, times=None)
    answer = visitor.send_form("/console/demo/start/found", {}, status=502)
    assert "Cliniko could not be read" in answer.text and "Harbour Street Health Adelaide" in answer.text


def test_a_manager_checks_the_key_and_cannot_replace_it(desk: Desk) -> None:
    visitor = desk.sign_in("manager")
    checked = visitor.send_form("/console/demo/connections/cliniko/check", {}, status=200)
    assert "Key accepted" in checked.text and "Check and save key" not in checked.text
    visitor.send_form("/console/demo/connections/cliniko", {"key": "x"}, status=403)


def test_the_zone_of_the_account_is_saved(desk: Desk) -> None:
    visitor = desk.sign_in("owner")
    page = desk.page("owner", "/console/demo/connections/cliniko")
    revision = page.values("revision")[0]
    where = "/console/demo/connections/cliniko/zone"
    wrong = {"revision": revision, "account_time_zone": "Adelaide"}
    assert "must be a time zone" in visitor.send_form(where, wrong, status=422).text
    visitor.send_form(where, {"revision": revision, "account_time_zone": "Australia/Perth"})
    late = {"revision": revision, "account_time_zone": "Australia/Darwin"}
    assert "Somebody else saved" in visitor.send_form(where, late, status=409).text
