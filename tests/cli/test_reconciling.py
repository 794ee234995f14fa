"""`reconcile`: what it needs, and what it says. What is compared stands in tests/reconciling."""

from pathlib import Path

from booking_app.cli.wiring import Services
from booking_app.clinics.models import Clinic
from tests.cli.conftest import Run, refused


def add_clinic(services: Services) -> None:
    with services.database.begin() as session:
        session.add(Clinic(slug="demo", name="Demo", time_zone="Australia/Adelaide"))


def test_a_clinic_without_bookings_has_no_differences(run: Run, services: Services, tmp_path: Path) -> None:
    add_clinic(services)
    result = run("reconcile", "--clinic", "demo", "--csv", str(tmp_path / "report.csv"))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "0 bookings compared, 0 differences." in result.stdout
    assert (tmp_path / "report.csv").read_text().startswith("found at (UTC),booking,kind,")


def test_an_unknown_clinic_is_refused(run: Run, services: Services) -> None:
    assert refused(run("reconcile", "--clinic", "other")) == "There is no clinic other."
