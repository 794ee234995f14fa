from datetime import date, timedelta

import pytest

from booking_app.pms.client import (
    BookingFields,
    BusinessFields,
    ClinikoBadRequest,
    ClinikoNotFound,
    ClinikoUnauthorized,
    NotBookableOnline,
    PatientFields,
    PractitionerFields,
)

from .conftest import today


def test_the_owner_and_the_settings_are_read(client):
    assert client.user.get().role == "administrator"
    settings = client.settings.get()
    assert settings.account_id
    assert settings.online_bookings.is_enabled


def test_a_wrong_key_is_unauthorised(make_client):
    """The answer is text, not JSON."""
    with pytest.raises(ClinikoUnauthorized):
        make_client("no-such-key-au1").user.get()


def test_a_key_of_another_shard_is_unauthorised(make_client):
    with pytest.raises(ClinikoUnauthorized):
        make_client("MS0xMjM0-sandbox-uk1").user.get()


def test_people_places_and_types_join(client):
    businesses = {one.id: one for one in client.businesses.list()}
    practitioners = {one.id: one for one in client.practitioners.list()}
    types = {one.id: one for one in client.appointment_types.list()}
    joined = client.services.list()
    assert joined
    for row in joined:
        assert row.business_id in businesses
        assert row.appointment_type_id in types
        assert set(row.practitioner_ids) <= practitioners.keys()
    for business in businesses.values():
        assert business.time_zone_identifier
    some = next(iter(types.values()))
    assert client.appointment_types.get(some.id) == some
    assert client.businesses.get(joined[0].business_id) == businesses[joined[0].business_id]
    assert client.practitioners.get(joined[0].practitioner_ids[0]).name


def test_filters_on_flags_and_lists_of_ids_are_understood(client):
    shown = client.businesses.list(where=[BusinessFields.show_in_online_bookings.equals(True)])
    assert shown
    assert all(one.show_in_online_bookings for one in shown)
    type_id = shown[0].appointment_type_ids[0]
    assert shown[0] in client.businesses.list(where=[BusinessFields.appointment_type_ids.contains(type_id)])
    assert client.practitioners.list(where=[PractitionerFields.show_in_online_bookings.equals(True)])


def test_prices_are_reached(client):
    assert any(one.price for one in client.billable_items.list())
    client.products.list()
    client.taxes.list()


def test_items_of_types_are_read_where_the_account_has_them(client):
    for resource in (client.appointment_type_billable_items, client.appointment_type_products):
        try:
            assert all(one.appointment_type_id for one in resource.list())
        except ClinikoNotFound:
            continue


def test_working_hours_and_absences_are_read(client):
    days = client.daily_availabilities.list()
    assert {one.iso_weekday for one in days} <= set(range(1, 8))
    assert client.daily_availabilities.get(days[0].id) == days[0]
    blocks = client.unavailable_blocks.list()
    if blocks:
        assert client.unavailable_blocks.get(blocks[0].id) == blocks[0]


def test_a_week_of_times_is_in_order_and_starts_with_the_next(client, slot):
    window = {
        "from_day": slot.starts_at.date() - timedelta(days=1),
        "to_day": slot.starts_at.date() + timedelta(days=5),
    }
    window["from_day"] = max(window["from_day"], today() + timedelta(days=1))
    three = {
        "business_id": slot.business_id,
        "practitioner_id": slot.practitioner_id,
        "appointment_type_id": slot.appointment_type_id,
    }
    times = [one.appointment_start for one in client.available_times.list(**three, **window)]
    assert times == sorted(times)
    assert client.available_times.next(**three, **window).appointment_start == times[0]


def test_relative_links_between_pages_of_times_are_followed(client, sandbox, slot):
    sandbox.control.set_knob(relative_available_times_link=True)
    three = (slot.business_id, slot.practitioner_id, slot.appointment_type_id)
    names = ("business_id", "practitioner_id", "appointment_type_id")
    day = slot.starts_at.date()
    assert client.available_times.list(
        **dict(zip(names, three, strict=True)), from_day=day, to_day=day + timedelta(days=6)
    )


def test_what_is_not_offered_online_is_its_own_error(client, slot):
    day = today() + timedelta(days=1)
    with pytest.raises(NotBookableOnline):
        client.available_times.list(
            business_id="1", practitioner_id=slot.practitioner_id, appointment_type_id="2", from_day=day, to_day=day
        )


def test_times_in_the_past_are_a_bad_request(client, slot):
    with pytest.raises(ClinikoBadRequest) as caught:
        client.available_times.list(
            business_id=slot.business_id,
            practitioner_id=slot.practitioner_id,
            appointment_type_id=slot.appointment_type_id,
            from_day=date(2020, 1, 1),
            to_day=date(2020, 1, 2),
        )
    assert "from/to" in caught.value.message


@pytest.mark.parametrize("answer", ["404", "null"])
def test_no_next_time_is_none_either_way(unchecked, sandbox, slot, answer):
    sandbox.control.set_knob(next_available_time_none=answer)
    far = today() + timedelta(days=3650)
    found = unchecked.available_times.next(
        business_id=slot.business_id,
        practitioner_id=slot.practitioner_id,
        appointment_type_id=slot.appointment_type_id,
        from_day=far,
        to_day=far,
    )
    assert found is None


def test_a_long_list_is_read_over_all_its_pages(client):
    """Two thousand invented patients are twenty pages; a page lost or read twice would show."""
    found = client.patients.list()
    assert len(found) > 200
    assert len({one.id for one in found}) == len(found)


def test_the_calendar_of_a_practitioner_is_read_by_window(client, slot, book):
    made = book()
    where = [
        BookingFields.practitioner_id.equals(slot.practitioner_id),
        BookingFields.starts_at.before(slot.ends_at),
        BookingFields.ends_at.after(slot.starts_at),
    ]
    found = {one.id: one for one in client.bookings.list(where=where)}
    assert found[made.id].kind == "individual"
    assert client.bookings.get(made.id).patient_id == made.patient_id


def test_an_unknown_record_is_not_found(client):
    with pytest.raises(ClinikoNotFound):
        client.patients.get("999")
    assert client.patients.list(where=[PatientFields.email.equals("nobody+at+all@example.com")]) == ()
