"""Every vendor's limit is waited for as long as it asks, without an attempt, and nothing leaves before."""

from datetime import timedelta

import pytest

from tests.crm.sync.conftest import CRMS, Desk, on_one_crm
from tests.crm.sync.crm import Crm
from tests.crm.sync.office import Office

ASKED = 37
UNNAMED = range(5, 16)  # Mailchimp names no wait


def calls(office: Office, service: str) -> int:
    return len(office.desk.sandbox.control.calls(service=service))


@pytest.mark.parametrize("vendor", [*CRMS, "webhook"])
def test_a_limit_is_waited_for_as_long_as_the_vendor_asks(desk: Desk, vendor: str) -> None:
    office = Office(desk, Crm(desk, vendor), desk.connect(vendor))
    service, step = ("webhooks", "event") if vendor == "webhook" else (vendor, "contact")
    desk.sandbox.control.fault("rate_limit", service=service, seconds=ASKED)
    office.told()
    task = office.tasks()[step]
    assert (task.failure, task.attempts, task.state) == ("rate", 0, "ready")
    wait = task.due_at - desk.clock.now()
    assert int(wait.total_seconds()) in (UNNAMED if vendor == "mailchimp" else [ASKED])
    before = calls(office, service)
    desk.clock.advance(seconds=wait.total_seconds() - 1)
    office.work()
    assert calls(office, service) == before
    desk.clock.advance(seconds=1)
    office.work()
    assert office.states()[step] == "done"


@on_one_crm
def test_a_limit_that_one_task_meets_keeps_the_others_of_its_connection_from_calling(desk: Desk, vendor: str) -> None:
    office = Office(desk, Crm(desk, vendor), desk.connect(vendor))
    desk.sandbox.control.fault("rate_limit", service=vendor, seconds=ASKED)
    office.told()
    before = calls(office, vendor)
    other = office.another(6)
    other.told()
    task = other.tasks()["contact"]
    assert (task.failure, task.attempts, calls(office, vendor)) == ("rate", 0, before)
    desk.clock.advance(seconds=ASKED)
    office.work()
    other.work()
    assert (office.states()["contact"], other.states()["contact"]) == ("done", "done")


def test_a_limit_of_activecampaign_silences_every_connection_of_the_account(desk: Desk) -> None:
    desk.sandbox.control.fault("rate_limit", service="activecampaign", seconds=ASKED)
    for booking_id in (5, 6):  # each on a connection of its own, as two clinics of one group have them
        office = Office(desk, Crm(desk, "activecampaign"), desk.connect("activecampaign"), booking_id=booking_id)
        office.told()
        task = office.tasks()["contact"]
        assert (task.failure, task.due_at - desk.clock.now()) == ("rate", timedelta(seconds=ASKED))
    assert calls(office, "activecampaign") == 1
