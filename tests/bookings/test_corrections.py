"""What of a record a proven patient corrects: phone and address, where they differ, and nothing that was left empty."""

from dataclasses import replace
from typing import Any

import pytest

from booking_app.bookings.returning.corrections import Corrections, corrections_to
from booking_app.intake.answers import check_answers
from booking_app.intake.fields import FieldSpec
from tests.bookings.conftest import details
from tests.bookings.test_patients import KNOWN

STREET = FieldSpec("street", "Street", "text", maps_to="patient.address_1")
JOB = FieldSpec("job", "Occupation", "text", maps_to="patient.occupation")


def corrections(answers: dict[str, str], address: dict[str, str] | None = None, **typed: Any) -> Corrections:
    given = check_answers([STREET, JOB], answers).to_json()
    return corrections_to(replace(KNOWN, address=address or {}), details(answers=given, **typed))


@pytest.mark.parametrize(
    ("answers", "address", "changed"),
    [
        ({}, {"address_1": "1 Old Street"}, ()),
        ({"street": "1 Old Street"}, {"address_1": "1 Old Street"}, ()),
        ({"street": "2 New Street"}, {"address_1": "1 Old Street", "city": "Adelaide"}, ("address_1",)),
        ({"street": "2 New Street"}, {}, ("address_1",)),
        ({"job": "Baker"}, {}, ()),
    ],
)
def test_an_address_is_corrected_where_it_differs(
    answers: dict[str, str], address: dict[str, str], changed: tuple[str, ...]
) -> None:
    assert corrections(answers, address).changed == changed


@pytest.mark.parametrize(("phone", "corrected"), [("+61491570156", None), ("+61491570157", "+61491570157"), ("", None)])
def test_a_phone_is_corrected_when_it_is_another_number(phone: str, corrected: str | None) -> None:
    assert corrections({}, phone=phone).phone == corrected
