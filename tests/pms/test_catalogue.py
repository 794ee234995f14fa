"""Reading what can be booked."""

from collections import Counter
from decimal import Decimal
from typing import Any

import httpx
import pytest

from booking_app.pms.cliniko import ClinikoPractice
from booking_app.pms.errors import PracticeRefused, PracticeUnavailable
from booking_app.pms.records import Offer

NO_SUCH_PAGE = httpx.Response(404, text="<html>The page you were looking for doesn't exist</html>")


@pytest.fixture
def account(cliniko: Any, records: Any) -> Any:
    """One location, one practitioner, one appointment type billed with one item, as a newer account shows them."""
    cliniko.on("GET", "/settings/public", records.settings(account={"time_zone": "Adelaide"}))
    cliniko.lists("/businesses", records.business("41"))
    cliniko.lists("/practitioners", records.practitioner("31"))
    cliniko.lists("/appointment_types", records.type("21"))
    cliniko.lists("/services", records.service("21", "41", "31"))
    cliniko.lists("/appointment_type_billable_items", bill("1", "21", "61"))
    cliniko.lists("/appointment_type_products")
    cliniko.lists("/billable_items", {"id": "61", "name": "Consultation", "price": "95.50"})
    return cliniko


def bill(link_id: str, type_id: str, item_id: str, *, name: str = "billable_item") -> dict[str, Any]:
    base = "https://api.au2.cliniko.com/v1"
    return {
        "id": link_id,
        "appointment_type": {"links": {"self": f"{base}/appointment_types/{type_id}"}},
        name: {"links": {"self": f"{base}/{name}s/{item_id}"}},
    }


def test_an_account_is_read_in_eight_requests(account: Any, practice: ClinikoPractice) -> None:
    practice.read_catalogue()
    assert Counter(account.calls) == {
        "GET /settings/public": 1,
        "GET /businesses": 1,
        "GET /practitioners": 1,
        "GET /appointment_types": 1,
        "GET /services": 1,
        "GET /appointment_type_billable_items": 1,
        "GET /appointment_type_products": 1,
        "GET /billable_items": 1,
    }


def test_everything_is_said_in_our_words(account: Any, practice: ClinikoPractice) -> None:
    found = practice.read_catalogue()
    assert (found.account_key, found.account_name, found.currency_symbol) == ("au2:11", "Harbour Physio", "$")
    assert (found.lead_hours, found.horizon_days, found.practitioner_order) == (2, 84, ("31",))
    assert found.is_online_booking_enabled
    assert found.account_time_zone == "Australia/Adelaide"
    location, practitioner, service = found.locations[0], found.practitioners[0], found.services[0]
    assert (location.name, location.time_zone) == ("Harbour Physio", "Australia/Adelaide")
    assert location.address == "1 Wharf Street, Adelaide SA 5000"
    assert (practitioner.name, practitioner.description) == ("Dr Ada Quill", "Knees.")
    assert (service.name, service.category, service.minutes) == ("Initial consultation", "Physiotherapy", 45)
    assert (service.price, service.deposit, service.places) == (Decimal("95.50"), None, 1)
    assert found.offers == (Offer("21", "41", "31"),)


def test_what_is_switched_off_is_there_and_says_so(account: Any, practice: ClinikoPractice, records: Any) -> None:
    account.lists("/businesses", records.business("41", show_in_online_bookings=False))
    account.lists("/practitioners", records.practitioner("31", show_in_online_bookings=False))
    account.lists("/appointment_types", records.type("21", show_in_online_bookings=False))
    account.on("GET", "/settings/public", records.settings(online_bookings={"enabled": False}))
    found = practice.read_catalogue()
    assert not found.is_online_booking_enabled
    assert (found.lead_hours, found.horizon_days) == (0, None)
    assert not any(one.is_bookable for one in (*found.locations, *found.practitioners, *found.services))


def test_a_service_tells_deposit_lead_time_and_who_mails_the_patient(
    account: Any, practice: ClinikoPractice, records: Any
) -> None:
    changes = {
        "deposit_price": "20.0",
        "online_bookings_lead_time_hours": 24,
        "appointment_confirmation_template_ids": ["5"],
        "telehealth_enabled": True,
        "max_attendees": 6,
    }
    account.lists("/appointment_types", records.type("21", **changes))
    service = practice.read_catalogue().services[0]
    assert (service.deposit, service.lead_hours, service.places) == (Decimal("20.0"), 24, 6)
    assert service.sends_confirmation
    assert service.is_telehealth


def test_several_items_and_products_make_one_price(account: Any, practice: ClinikoPractice) -> None:
    account.lists("/appointment_type_billable_items", bill("1", "21", "61"), bill("2", "21", "62"))
    account.lists("/billable_items", {"id": "61", "price": "95.50"}, {"id": "62", "price": "4.50"})
    account.lists("/appointment_type_products", bill("1", "21", "81", name="product"))
    account.lists("/products", {"id": "81", "name": "Tape", "price_including_tax": "10.0", "price_ex_tax": "9.09"})
    assert practice.read_catalogue().services[0].price == Decimal(110)


def test_an_item_or_a_product_that_is_billed_several_times_counts_as_often(
    account: Any, practice: ClinikoPractice
) -> None:
    account.lists("/appointment_type_billable_items", bill("1", "21", "61") | {"quantity": 3})
    account.lists("/appointment_type_products", bill("1", "21", "81", name="product") | {"quantity": "0.5"})
    account.lists("/products", {"id": "81", "name": "Tape", "price_including_tax": "10.0", "price_ex_tax": "9.09"})
    assert practice.read_catalogue().services[0].price == Decimal("291.50")


@pytest.mark.parametrize("answer", [NO_SUCH_PAGE, httpx.Response(200, text="<html>hello</html>"), httpx.Response(403)])
def test_an_older_account_is_priced_by_the_single_reference(
    account: Any, practice: ClinikoPractice, records: Any, answer: httpx.Response
) -> None:
    reference = {"links": {"self": "https://api.au2.cliniko.com/v1/billable_items/61"}}
    account.lists("/appointment_types", records.type("21", billable_item=reference))
    account.on("GET", "/appointment_type_billable_items", answer)
    assert practice.read_catalogue().services[0].price == Decimal("95.50")
    assert "GET /appointment_type_products" not in account.calls


def test_a_price_that_is_not_told_in_full_is_not_told_at_all(account: Any, practice: ClinikoPractice) -> None:
    account.lists("/appointment_type_billable_items", bill("1", "21", "61"), bill("2", "21", "gone62"))
    assert practice.read_catalogue().services[0].price is None


def test_a_service_billed_with_nothing_has_no_price(account: Any, practice: ClinikoPractice) -> None:
    account.lists("/appointment_type_billable_items")
    assert practice.read_catalogue().services[0].price is None
    assert "GET /billable_items" not in account.calls


def test_a_role_that_may_not_see_prices_still_gets_a_catalogue(account: Any, practice: ClinikoPractice) -> None:
    account.on("GET", "/billable_items", httpx.Response(403))
    assert practice.read_catalogue().services[0].price is None


def test_a_role_that_may_not_see_services_does_not_pass_for_an_empty_clinic(
    account: Any, practice: ClinikoPractice
) -> None:
    account.on("GET", "/appointment_types", httpx.Response(403))
    with pytest.raises(PracticeRefused):
        practice.read_catalogue()


def test_a_failing_price_list_fails_the_reading(account: Any, practice: ClinikoPractice) -> None:
    """A price shown yesterday must not vanish because a gateway was tired."""
    account.on("GET", "/billable_items", httpx.Response(502))
    with pytest.raises(PracticeUnavailable):
        practice.read_catalogue()


def test_rows_that_lead_nowhere_are_no_offers(account: Any, practice: ClinikoPractice, records: Any) -> None:
    good = records.service("21", "41", "31", "99")
    account.lists(
        "/services",
        good,
        good,
        records.service("98", "41", "31"),
        records.service("21", "97", "31"),
        {"practitioners": []},
    )
    assert practice.read_catalogue().offers == (Offer("21", "41", "31"),)


def test_an_empty_join_is_replaced_by_the_practitioners_of_each_service(
    account: Any, practice: ClinikoPractice, records: Any
) -> None:
    account.lists("/services")
    account.lists("/appointment_types", records.type("21"), records.type("22", show_in_online_bookings=False))
    account.lists("/businesses", records.business("41"), records.business("42", appointment_type_ids=["22"]))
    found = practice.read_catalogue()
    assert found.offers == (Offer("21", "41", "31"),)
    asked = [one.url.params.get_list("q[]") for one in account.requests if one.url.path.endswith("/practitioners")]
    assert asked == [[], ["appointment_type_id:=21"]], "hidden services are not asked for"


def test_an_account_without_the_join_and_its_replacement_offers_nothing(
    account: Any, practice: ClinikoPractice, records: Any
) -> None:
    people = {"practitioners": [records.practitioner("31")], "links": {}}
    account.on("GET", "/services", NO_SUCH_PAGE)
    account.on("GET", "/practitioners", people, httpx.Response(400, json={"message": "not filterable"}))
    assert practice.read_catalogue().offers == ()


class TestTheZoneOfTheAccount:
    def zone(self, cliniko: Any, practice: ClinikoPractice) -> str | None:
        return practice.read_catalogue().account_time_zone

    def test_is_that_of_the_locations_where_they_have_none_of_their_own(
        self, account: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        account.on("GET", "/settings/public", records.settings())
        assert self.zone(account, practice) == "Australia/Adelaide"
        assert "GET /user" not in account.calls

    def test_is_shared_by_all_locations_and_the_owner_of_the_key(
        self, account: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        account.on("GET", "/settings/public", records.settings(account={"time_zone_support": True}))
        account.on("GET", "/user", {"id": "51", "time_zone": "Adelaide"})
        assert self.zone(account, practice) == "Australia/Adelaide"

    def test_is_not_guessed_when_the_owner_lives_elsewhere(
        self, account: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        account.on("GET", "/settings/public", records.settings(account={"time_zone_support": True}))
        account.on("GET", "/user", {"id": "51", "time_zone_identifier": "Australia/Perth"})
        assert self.zone(account, practice) is None

    def test_is_not_guessed_when_the_locations_differ(
        self, account: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        account.on("GET", "/settings/public", records.settings())
        perth = records.business("42", time_zone="Perth", time_zone_identifier="")
        account.lists("/businesses", records.business("41"), perth)
        found = practice.read_catalogue()
        assert found.account_time_zone is None
        assert [one.time_zone for one in found.locations] == ["Australia/Adelaide", "Australia/Perth"]


def test_a_location_without_a_zone_follows_the_account(account: Any, practice: ClinikoPractice, records: Any) -> None:
    account.lists("/businesses", records.business("41", time_zone="", time_zone_identifier=None))
    location = practice.read_catalogue().locations[0]
    assert (location.time_zone, location.is_bookable) == ("Australia/Adelaide", True)


def test_a_location_whose_zone_nobody_knows_cannot_be_booked(
    account: Any, practice: ClinikoPractice, records: Any
) -> None:
    account.on("GET", "/settings/public", records.settings())
    account.lists("/businesses", records.business("41", time_zone="Atlantis", time_zone_identifier=""))
    assert not practice.read_catalogue().locations[0].is_bookable
