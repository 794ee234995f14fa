"""Labels of time zones."""

from zoneinfo import ZoneInfo

import pytest

from booking_app.pms.cliniko.zones import _LABELS, zone_of


@pytest.mark.parametrize(
    ("label", "zone"),
    [
        ("Adelaide", "Australia/Adelaide"),
        ("(GMT+09:30) Adelaide", "Australia/Adelaide"),
        ("Wellington", "Pacific/Auckland"),
        ("Eastern Time (US & Canada)", "America/New_York"),
        ("Europe/London", "Europe/London"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_a_label_leads_to_its_zone(label: str, zone: str | None) -> None:
    assert zone_of(label) == zone


def test_the_first_name_that_is_known_counts() -> None:
    assert zone_of("", "Atlantis", "Perth", "Sydney") == "Australia/Perth"


@pytest.mark.parametrize("zone", sorted(set(_LABELS.values())))
def test_every_zone_of_the_table_exists(zone: str) -> None:
    assert ZoneInfo(zone).key == zone
