import traceback
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from booking_app.pms.client import ClinikoUnreadable
from booking_app.pms.client.records import JsonObject, id_in_link

SECRET = "Jo Bloggs"


def read(**members):
    return JsonObject(members, path="GET /x[0]")


def linked(url):
    return {"links": {"self": url}}


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://api.au1.cliniko.com/v1/patients/1234567890123456789", "1234567890123456789"),
        ("https://api.au1.cliniko.com/v1/patients/12?q%5B%5D=archived_at%3A%2A", "12"),
        ("/v1/patients/12/", "12"),
        ("https://api.au1.cliniko.com/v1/patient_forms/1/signatures", None),
        ("", None),
        ("https://[bad", None),
    ],
)
def test_an_id_is_the_last_part_of_a_links_path(link, found):
    """References come as links only; responses hold no ``*_id`` members."""
    assert id_in_link(link) == found


def test_ids_are_text_whether_they_come_as_text_or_number():
    """Numbers beyond 2^53 lose digits in other readers; here they stay whole."""
    assert read(id=1234567890123456789).id() == read(id="1234567890123456789").id() == "1234567890123456789"
    assert read(links={"self": "https://h/v1/users/7"}).id() == "7"
    assert read(ids=[1, "2"]).ids("ids") == ("1", "2")
    assert read(ids=None).ids("ids") == ()


def test_a_reference_may_be_missing_or_null():
    for members in (
        {},
        {"patient": None},
        {"patient": {}},
        {"patient": {"links": None}},
        {"patient": {"links": {"self": None}}},
    ):
        assert read(**members).reference("patient") is None
    assert read(patient=linked("/v1/patients/5")).reference("patient") == "5"


def test_a_list_of_references_may_be_one_null_or_many():
    one = linked("/v1/patient_forms/1/signatures/2")
    assert read(s=[one, linked("/v1/patient_forms/1/signatures/3")]).references("s") == ("2", "3")
    assert read(s=one).references("s") == ("2",)
    assert read(s=linked("/v1/patient_forms/1/signatures")).references("s") == ()
    assert read(s=None).references("s") == read().references("s") == ()


def test_times_are_aware_utc():
    assert read(at="2026-11-24T09:30:00Z").instant("at") == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert read(at="2026-11-24T20:00:00+10:30").instant("at") == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert read(at="2026-11-24T09:30:00").instant("at").tzinfo is UTC
    assert read(at="").optional_instant("at") is read(at=None).optional_instant("at") is None


def test_unset_text_reads_as_empty_however_it_comes():
    assert read(a=2046).optional_text("a") == "2046"
    assert repr(read(a=SECRET)) == "JsonObject(GET /x[0])"
    assert read(a="", b=None).optional_text("a") == read(b=None).optional_text("b") == read().optional_text("c") == ""


def test_flags_have_three_states():
    """Both arrival flags are null after somebody un-ticks one."""
    assert [read(f=value).flag("f") for value in (True, False, None)] == [True, False, None]
    assert not read(f=None).is_true("f")


def test_amounts_are_exact():
    assert read(p="66.10").optional_decimal("p") == read(p=Decimal("66.1")).optional_decimal("p") == Decimal("66.10")
    assert read(p=10).optional_decimal("p") == 10
    assert read(p=None).optional_decimal("p") is read(p="").optional_decimal("p") is None


def test_days_and_numbers_are_read():
    assert read(d="1990-02-03").optional_day("d") == date(1990, 2, 3)
    assert read(n="30").integer("n") == read(n=30).integer("n") == 30


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        ("id", None),
        ("text", None),
        ("text", [SECRET]),
        ("texts", [SECRET, 1]),
        ("texts", SECRET),
        ("optional_text", {"x": SECRET}),
        ("integer", None),
        ("integer", SECRET),
        ("integer", True),
        ("optional_integer", [SECRET]),
        ("flag", SECRET),
        ("instant", None),
        ("instant", SECRET),
        ("optional_instant", SECRET),
        ("optional_instant", "0001-01-01T00:00:00+14:00"),
        ("optional_day", SECRET),
        ("optional_decimal", SECRET),
        ("optional_decimal", "NaN"),
        ("nested", SECRET),
        ("nested_list", SECRET),
        ("nested_list", [SECRET]),
        ("required_list", None),
        ("optional_mapping", SECRET),
        ("ids", SECRET),
        ("ids", [True]),
        ("references", SECRET),
    ],
)
def test_what_is_missing_or_wrong_is_refused_by_its_path_and_never_shown(reader, value):
    found = read(id=value, member=value)
    with pytest.raises(ClinikoUnreadable) as caught:
        found.id() if reader == "id" else getattr(found, reader)("member")
    assert str(caught.value).startswith("GET /x[0].")
    assert SECRET not in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
