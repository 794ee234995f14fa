"""What can be booked, by whom and where: the read-only resources, as the documents show them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from booking_app.pms.client import BookingFields, ClinikoNotFound, ClinikoUnreadable

ROOT = "https://api.au2.cliniko.com/v1"


def link(path):
    return {"links": {"self": f"{ROOT}/{path}"}}


def listed(key, *entries):
    return {key: list(entries), "total_entries": len(entries), "links": {"self": f"{ROOT}/{key}"}}


def test_settings_tell_the_rules_of_online_booking_and_the_custom_fields(client, cliniko):
    field = {
        "name": "Hobby",
        "token": "t-2",
        "type": "radiobuttons",
        "archived": False,
        "options": [{"name": "Golf", "token": "t-3", "archived": True}],
        "other": {"enabled": True, "archived": False},
    }
    cliniko.will_answer(
        {
            "account": {
                "id": 7,
                "name": "Clinic",
                "country_code": "AU",
                "currency_symbol": "$",
                "time_zone_support": True,
            },
            "online_bookings": {
                "enabled": True,
                "allow_bookings_days_in_advance": 84,
                "practitioner_order": [22, "23"],
                "min_hours_advance_required_to_book": 2,
                "policy": None,
            },
            "terminology": {"patient": "client", "titles": ["Ms", "Mx"]},
            "patient_custom_fields_definition": {
                "sections": [{"name": "About", "token": "t-1", "archived": False, "fields": [field]}]
            },
        }
    )
    found = client.settings.get()
    assert cliniko.last.url.path == "/v1/settings/public"
    assert (found.account_id, found.time_zone, found.patient_word) == ("7", "", "client")
    assert found.online_bookings.is_enabled
    assert found.online_bookings.practitioner_order == ("22", "23")
    assert found.online_bookings.policy == ""
    (section,) = found.custom_field_sections
    assert section.fields[0].has_other
    assert section.fields[0].options[0].is_archived


def test_settings_with_every_group_null_are_still_settings(client, cliniko):
    """Every group is nullable in the document; only the account must say who it is."""
    cliniko.will_answer({"account": {"id": "7"}, "online_bookings": None, "patient_custom_fields_definition": None}, {})
    assert client.settings.get().custom_field_sections == ()
    with pytest.raises(ClinikoUnreadable, match=r"GET /settings/public\.account\.id is missing"):
        client.settings.get()


def test_the_owner_of_the_key_is_read(client, cliniko):
    cliniko.will_answer(
        {"id": 71, "role": "receptionist", "email": "ann@example.com", "first_name": "Ann", "active": True}
    )
    found = client.user.get()
    assert (found.id, found.role, found.is_active) == ("71", "receptionist", True)
    assert "nn" not in repr(found)


def test_businesses_have_a_name_and_a_zone(client, cliniko):
    business = {
        "id": "11",
        "business_name": "Clinic Pty",
        "display_name": "",
        "label": "City",
        "show_in_online_bookings": True,
        "appointment_type_ids": ["33", 34],
        "time_zone": "Adelaide",
        "time_zone_identifier": "Australia/Adelaide",
    }
    cliniko.will_answer(listed("businesses", business, {"id": "12", "show_in_online_bookings": None}), business)
    city, bare = client.businesses.list()
    assert (city.name, city.time_zone_identifier, city.appointment_type_ids) == (
        "City",
        "Australia/Adelaide",
        ("33", "34"),
    )
    assert (bare.name, bare.show_in_online_bookings) == ("", False)
    assert client.businesses.get("11") == city


def test_practitioners_are_named_as_they_wish(client, cliniko):
    ann = {
        "id": "22",
        "first_name": "Ann",
        "last_name": "Lee",
        "display_name": None,
        "user": link("users/71"),
        "default_appointment_type": None,
        "show_in_online_bookings": True,
    }
    cliniko.will_answer(listed("practitioners", ann, ann | {"id": "23", "display_name": "Dr Lee"}), ann)
    first, second = client.practitioners.list()
    assert (first.name, second.name) == ("Ann Lee", "Dr Lee")
    assert (first.user_id, first.default_appointment_type_id) == ("71", None)
    assert client.practitioners.get("22") == first


def test_appointment_types_may_come_without_their_references(client, cliniko):
    """``billable_item`` is missing from a type made without one."""
    bare = {"id": "33", "name": "Physio", "duration_in_minutes": 30, "max_attendees": 1}
    full = bare | {
        "deposit_price": "20.50",
        "billable_item": link("billable_items/91"),
        "category": "Body",
        "online_bookings_lead_time_hours": 0,
        "appointment_confirmation_template_ids": ["5"],
    }
    cliniko.will_answer(listed("appointment_types", bare, full), full)
    first, second = client.appointment_types.list()
    assert (first.billable_item_id, first.deposit_price, first.online_bookings_lead_time_hours) == (None, None, None)
    assert (second.billable_item_id, second.deposit_price, second.online_bookings_lead_time_hours) == (
        "91",
        Decimal("20.50"),
        0,
    )
    assert second.confirmation_template_ids == ("5",)
    assert client.appointment_types.get("33") == second


def test_services_join_practitioners_types_and_businesses(client, cliniko):
    row = {
        "appointment_type": link("appointment_types/33"),
        "business": link("businesses/11"),
        "practitioners": [link("practitioners/22"), link("practitioners/23")],
    }
    cliniko.will_answer(listed("services", row, row | {"practitioners": None, "business": None}))
    full, empty = client.services.list()
    assert (full.business_id, full.appointment_type_id, full.practitioner_ids) == ("11", "33", ("22", "23"))
    assert (empty.business_id, empty.practitioner_ids) == (None, ())


def test_prices_are_exact_amounts(client, cliniko):
    item = {"id": "91", "name": "Initial", "price": "66.10", "item_type": "Service", "tax": link("taxes/1")}
    product = {"id": "92", "name": "Band", "price_including_tax": "12.1", "price_ex_tax": "11"}
    cliniko.will_answer(listed("billable_items", item), item, listed("products", product), product)
    assert client.billable_items.list()[0] == client.billable_items.get("91")
    assert client.products.list()[0] == client.products.get("92")
    cliniko.will_answer(item, product, listed("taxes", {"id": "1", "name": "GST", "rate": 10}))
    assert client.billable_items.get("91").price == Decimal("66.10")
    assert client.products.get("92").price_including_tax == Decimal("12.1")
    assert client.taxes.list()[0].rate == 10


def test_newer_accounts_list_several_items_for_a_type(client, cliniko):
    item = {"id": "1", "appointment_type": link("appointment_types/33"), "billable_item": link("billable_items/91")}
    product = {
        "id": "2",
        "appointment_type": link("appointment_types/33"),
        "product": link("products/92"),
        "quantity": 2,
    }
    cliniko.will_answer(listed("appointment_type_billable_items", item), listed("appointment_type_products", product))
    (billed,) = client.appointment_type_billable_items.list()
    (sold,) = client.appointment_type_products.list()
    assert (billed.appointment_type_id, billed.item_id, billed.quantity) == ("33", "91", 1)
    assert (sold.item_id, sold.quantity) == ("92", 2)
    cliniko.will_answer({}, status=404)
    with pytest.raises(ClinikoNotFound):
        client.appointment_type_billable_items.list()


def test_sunday_is_the_seventh_day_whichever_way_it_is_written(client, cliniko):
    """The older document counts Monday 1 to Sunday 7, the newer one 0 to 6."""
    hours = [{"starts_at": "09:00", "ends_at": "13:00"}]
    days = [{"id": str(day), "day_of_week": day, "availabilities": hours} for day in (0, 1, 7)]
    cliniko.will_answer(listed("daily_availabilities", *days), days[0])
    found = client.daily_availabilities.list()
    assert [one.iso_weekday for one in found] == [7, 1, 7]
    assert client.daily_availabilities.get("0").hours == (("09:00", "13:00"),)


SPAN = {
    "starts_at": "2026-11-24T00:00:00Z",
    "ends_at": "2026-11-24T01:00:00Z",
    "practitioner": link("practitioners/22"),
}


def test_blocks_are_read(client, cliniko):
    block = SPAN | {"id": "5", "notes": "private"}
    cliniko.will_answer(listed("unavailable_blocks", block), block)
    assert client.unavailable_blocks.list() == (client.unavailable_blocks.get("5"),)


def test_bookings_tell_their_kind_by_their_members(client, cliniko):
    """The union of three kinds has no member that names the kind."""
    individual = SPAN | {
        "id": "1",
        "patient_name": "Jo",
        "patient": link("patients/44"),
        "links": {"self": f"{ROOT}/bookings/1"},
    }
    group = SPAN | {"id": "2", "max_attendees": 8, "patient_ids": []}
    block = SPAN | {"id": "3", "notes": None}
    cliniko.will_answer(listed("bookings", individual, group, block), individual)
    at = datetime(2026, 11, 24, tzinfo=UTC)
    where = [
        BookingFields.practitioner_id.equals("22"),
        BookingFields.starts_at.before(at),
        BookingFields.ends_at.after(at),
    ]
    found = client.bookings.list(where=where)
    assert [one.kind for one in found] == ["individual", "group", "block"]
    assert found[0].patient_id == "44"
    assert all(one.is_live for one in found)
    assert client.bookings.get("1") == found[0]
    assert "Jo" not in repr(found)
