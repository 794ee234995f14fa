"""`person export / erase`: by one of three ways, in words, and safe to repeat."""

import json

import pytest

from booking_app.cli.wiring import Services
from booking_app.clinics.models import Clinic
from tests.cli.conftest import Run, refused


@pytest.fixture(autouse=True)
def clinic(services: Services) -> None:
    with services.database.begin() as session:
        session.add(Clinic(slug="demo", name="Harbour Street Health", time_zone="Australia/Adelaide"))


def test_somebody_unknown_is_nothing_and_not_an_error(run: Run) -> None:
    found = json.loads(run("person", "export", "--clinic", "demo", "--email", "kim@example.com").stdout)
    assert found["bookings"] == {"bookings": [], "drafts": []}
    for _ in range(2):
        erased = run("person", "erase", "--clinic", "demo", "--phone", "0412 345 678")
        assert erased.exit_code == 0
        assert "0 bookings: names, contact, answers, signature and documents erased." in erased.stdout
        assert "Not done:" in erased.stdout and "Health records" not in erased.stdout


@pytest.mark.parametrize("whom", [[], ["--email", "a@example.com", "--phone", "1"]])
def test_exactly_one_way_is_given(run: Run, whom: list[str]) -> None:
    result = run("person", "erase", "--clinic", "demo", *whom)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Give one of --email, --phone and --booking." in result.stderr


def test_what_is_not_there_is_said_in_a_sentence(run: Run) -> None:
    assert "no clinic nowhere" in refused(run("person", "export", "--clinic", "nowhere", "--email", "a@example.com"))
    assert "no booking BK-2222" in refused(run("person", "export", "--clinic", "demo", "--booking", "BK-2222"))
