"""A clinic's CRM connections from the shell."""

import pytest

from booking_app.cli.wiring import Services
from booking_app.clinics.models import Clinic, Connection
from booking_sandbox.demo_keys import DEMO_HUBSPOT_TOKEN
from booking_sandbox.server import SandboxServer
from tests.cli.conftest import Run, refused


@pytest.fixture
def clinic(services: Services) -> None:
    """A clinic with a HubSpot connection."""
    with services.database.begin() as session:
        session.add(Clinic(id=1, slug="demo", name="Demo", time_zone="Australia/Adelaide"))
        session.add(
            Connection(clinic_id=1, vendor="hubspot", secret=services.keyring.seal(DEMO_HUBSPOT_TOKEN.encode()))
        )


@pytest.mark.parametrize("action", ["test", "plan", "apply"])
def test_an_unknown_clinic_is_refused_in_one_sentence(run: Run, services: Services, action: str) -> None:
    assert refused(run("connections", action, "--clinic", "nowhere")) == "There is no clinic nowhere."


def test_a_vendor_that_the_clinic_has_no_connection_to_is_refused(run: Run, clinic: None) -> None:
    assert "demo has no mailchimp connection" in refused(
        run("connections", "test", "--clinic", "demo", "--vendor", "mailchimp")
    )


def test_fields_are_planned_made_and_tested(run: Run, clinic: None) -> None:
    with SandboxServer(smtp_port=None) as sandbox:
        at = {"BOOKING_HUBSPOT_BASE_URL": sandbox.hubspot_url}
        assert "+ booking_source" in run("connections", "plan", "--clinic", "demo", **at).stdout
        assert "missing" not in run("connections", "apply", "--clinic", "demo", **at).stdout
        assert "works; account" in run("connections", "test", "--clinic", "demo", **at).stdout


def test_what_is_wrong_is_said_with_what_to_do(run: Run, clinic: None) -> None:
    result = run("connections", "test", "--clinic", "demo", BOOKING_HUBSPOT_BASE_URL="http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "! HubSpot could not be reached. (hubspot_unreachable:ConnectError)" in result.stdout
