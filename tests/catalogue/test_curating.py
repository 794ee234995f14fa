"""What is offered: the practice system's flags and joins, and what the clinic says over them."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import quote

import pytest

from booking_app.catalogue.catalogue import Catalogue
from booking_app.catalogue.curating import curated
from booking_app.catalogue.curation import Curation, LocationCuration, PractitionerCuration, ServiceCuration
from booking_app.catalogue.obstacles import obstacles_in
from booking_app.pms.records import Offer, PracticeCatalogue
from tests.catalogue.samples import ADELAIDE, LIAM, MIA, PERTH, SAMPLE, TUB, changed

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def offer(found: PracticeCatalogue = SAMPLE, **said: object) -> Catalogue:
    return curated(found, Curation(**said), NOW)


def names(catalogue: Catalogue) -> dict[str, list[str]]:
    return {one.name: [each.name for each in catalogue.services_in(one.key)] for one in catalogue.categories}


def test_categories_hold_their_services_and_those_without_one_are_appointments() -> None:
    assert names(offer()) == {"Appointments": ["A chat"], "Physiotherapy": ["Physio"], "Wellness": ["Pool"]}


def test_groups_are_offered_with_how_many_they_take() -> None:
    assert offer().service("s4") is None
    service = offer(changed(services={"s4": {"is_bookable": True}})).service("s4")
    assert service is not None
    assert (service.places, service.is_group) == (8, True)


@pytest.mark.parametrize(
    "found",
    [
        changed(services={"s1": {"is_bookable": False}}),
        changed(services={"s1": {"minutes": 0}}),
        changed(practitioners=(replace(MIA, is_bookable=False), replace(LIAM, is_bookable=False), TUB)),
        changed(locations=(replace(PERTH, is_bookable=False), replace(ADELAIDE, is_bookable=False))),
        changed(locations=()),
        changed(offers=tuple(each for each in SAMPLE.offers if each.service_id != "s1")),
        changed(offers=(Offer("s1", "l9", "p1"), Offer("s1", "l1", "p9"))),
        changed(is_online_booking_enabled=False),
    ],
)
def test_a_service_that_nobody_bookable_gives_anywhere_bookable_is_not_offered(found: PracticeCatalogue) -> None:
    catalogue = offer(found)
    assert catalogue.service("s1") is None
    assert "Physiotherapy" not in names(catalogue)
    assert catalogue.offers_of("s1") == ()


def test_what_the_clinic_hides_is_hidden_with_all_that_hangs_on_it() -> None:
    catalogue = offer(
        services=(ServiceCuration(cliniko_id="s3", hidden=True),),
        practitioners=(PractitionerCuration(cliniko_id="p3", hidden=True),),
        locations=(LocationCuration(cliniko_id="l2", hidden=True),),
    )
    assert list(catalogue.services) == ["s1"]
    assert list(catalogue.locations) == ["l1"]
    assert list(catalogue.practitioners) == ["p2", "p1"]
    assert (catalogue.location("l2"), catalogue.practitioner("p3"), catalogue.service("s2")) == (None, None, None)


def test_the_clinics_words_stand_before_those_of_cliniko() -> None:
    catalogue = offer(
        services=(
            ServiceCuration(
                cliniko_id="s2", category="Water", name="Warm pool", description="Lovely.", image="pool.jpg",
                practitioner_label="Equipment",
            ),
        ),
        practitioners=(PractitionerCuration(cliniko_id="p3", name="The pool", photo="tub.png", equipment=True),),
        locations=(LocationCuration(cliniko_id="l1", name="Port Adelaide", directions="Park behind."),),
    )  # fmt: skip
    pool, tub, port = catalogue.service("s2"), catalogue.practitioner("p3"), catalogue.location("l1")
    assert pool is not None
    assert tub is not None
    assert port is not None
    assert (pool.name, pool.description, pool.image, pool.practitioner_label) == (
        "Warm pool", "Lovely.", "pool.jpg", "Equipment"
    )  # fmt: skip
    assert names(catalogue)["Water"] == ["Warm pool"]
    assert (tub.name, tub.photo, tub.is_equipment) == ("The pool", "tub.png", True)
    assert (port.name, port.directions, port.address) == ("Port Adelaide", "Park behind.", "12 Harbour Street")


def test_order_is_the_clinics_then_by_name_and_categories_stand_by_their_first_service() -> None:
    catalogue = offer(
        services=(ServiceCuration(cliniko_id="s2", order=1), ServiceCuration(cliniko_id="s3", order=2)),
        practitioners=(PractitionerCuration(cliniko_id="p1", order=1),),
        locations=(LocationCuration(cliniko_id="l2"),),
    )
    assert list(names(catalogue)) == ["Wellness", "Appointments", "Physiotherapy"]
    assert list(catalogue.practitioners) == ["p1", "p2", "p3"]
    assert list(catalogue.locations) == ["l2", "l1"]
    assert list(offer().practitioners) == ["p2", "p1", "p3"]  # the account's own order, then by name
    assert list(offer().locations) == ["l1", "l2"]


def test_offers_come_by_location_and_then_by_practitioner() -> None:
    assert offer().offers_of("s1") == (Offer("s1", "l1", "p2"), Offer("s1", "l1", "p1"), Offer("s1", "l2", "p2"))


def test_a_category_has_an_opaque_key_that_stays() -> None:
    keys = {one.name: one.key for one in offer().categories}
    assert keys == {one.name: one.key for one in offer(changed(offers=SAMPLE.offers[:5])).categories}
    for name, key in keys.items():
        assert quote(key, safe="") == key
        assert len(key) == 16
        assert name.lower()[:4] not in key
    other_account = {one.key for one in offer(changed(account_key="uk1-5")).categories}
    assert other_account.isdisjoint(keys.values())


def test_categories_that_differ_in_capitals_or_spaces_are_one() -> None:
    catalogue = offer(changed(services={"s2": {"category": " physiotherapy "}}))
    assert names(catalogue)["Physiotherapy"] == ["Physio", "Pool"]


def test_prices_and_lead_times_are_those_of_the_service_else_of_the_account() -> None:
    physio, pool = offer().service("s1"), offer().service("s2")
    assert physio is not None
    assert pool is not None
    assert (physio.price, physio.lead_hours) == (Decimal("85.00"), 1)
    assert (pool.price, pool.lead_hours) == (None, 4)


@pytest.mark.parametrize(
    ("told", "said", "zone"),
    [
        ("Australia/Adelaide", "Europe/London", "Australia/Adelaide"),
        (None, "Europe/London", "Europe/London"),
        (None, None, "Australia/Perth"),  # that of the first location
    ],
)
def test_the_accounts_zone_is_what_cliniko_tells_else_what_the_clinic_says(
    told: str | None, said: str | None, zone: str
) -> None:
    assert offer(changed(account_time_zone=told), account_time_zone=said).account_time_zone == zone


def sentences(found: PracticeCatalogue, **said: object) -> list[str]:
    return [one.sentence for one in obstacles_in(found, Curation(**said))]


def test_obstacles_say_what_is_missing_and_which_setting_to_change() -> None:
    found = changed(
        services={"s1": {"is_bookable": False}, "s3": {"minutes": 0}},
        practitioners=(MIA, LIAM, replace(TUB, is_bookable=False)),
    )
    assert sentences(found) == [
        ("The practitioner “Hydrotherapy Pool” is not offered. To offer them, open them in Cliniko under Settings, "
        "Users and practitioners, and show them in online bookings."),
        ("The service “Physio” is not offered. To offer it, open it in Cliniko under Settings, Appointment types, and "
        "show it in online bookings."),
        ("The service “Pool” is not offered. Everybody who gives it, or every location where it is given, is not "
        "offered online or is hidden."),
        ("The service “A chat” is not offered. It lasts 0 minutes; open it in Cliniko under Settings, Appointment "
        "types, and give it a duration."),
        ("The service “Pilates class” is not offered. To offer it, open it in Cliniko under Settings, Appointment "
        "types, and show it in online bookings."),
    ]  # fmt: skip


def test_what_the_clinic_hid_itself_is_no_obstacle() -> None:
    hidden = (ServiceCuration(cliniko_id="s4", hidden=True),)
    assert sentences(SAMPLE, services=hidden) == []


def test_an_account_without_online_bookings_has_that_one_obstacle() -> None:
    assert sentences(changed(is_online_booking_enabled=False)) == [
        ("Online bookings are switched off in Cliniko, so nothing can be booked. Switch them on under Settings, "
        "Online bookings.")
    ]  # fmt: skip


def test_an_unknown_zone_matters_only_where_locations_differ() -> None:
    silent = changed(account_time_zone=None)
    assert any("account_time_zone" in sentence for sentence in sentences(silent))
    assert not any("account_time_zone" in sentence for sentence in sentences(silent, account_time_zone="UTC"))
    alone = replace(silent, locations=(ADELAIDE,))
    assert not any("account_time_zone" in sentence for sentence in sentences(alone))


def test_a_word_about_what_cliniko_does_not_have_is_an_obstacle() -> None:
    said = {"practitioners": (PractitionerCuration(cliniko_id="p9"),), "services": (ServiceCuration(cliniko_id="s9"),)}
    assert [sentence for sentence in sentences(SAMPLE, **said) if "speaks of" in sentence] == [
        ("The clinic's file speaks of the service s9, which Cliniko does not have or has archived. Take it out of the "
        "file, or bring it back in Cliniko."),
        ("The clinic's file speaks of the practitioner p9, which Cliniko does not have or has archived. Take it out of "
        "the file, or bring it back in Cliniko."),
    ]  # fmt: skip
