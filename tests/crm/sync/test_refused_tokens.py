"""A token that a vendor refuses: the connection pauses, whatever waits is one cause, and one message says so."""

from collections.abc import Sequence

import pytest

from booking_app.alerts.models import Alert
from booking_app.alerts.watching import Watching
from booking_app.bookings.models import Booking
from booking_app.clinics.models import Clinic
from tests.crm.sync.conftest import Desk
from tests.crm.sync.office import Office, open_office
from tests.crm.sync.test_bad_input import WRONG_TOKENS, first
from tests.kinds import known_kinds

BOOKINGS = (5, 6, 7)


def add_bookings(desk: Desk) -> None:
    now = desk.clock.now()
    with desk.database.begin() as session:
        session.get_one(Clinic, 1).alerts = {"email": "desk@example.com"}
        for booking_id in BOOKINGS:
            session.add(
                Booking(
                    id=booking_id, clinic_id=1, reference=f"BK-SAMPLE{booking_id:02}", family=str(booking_id),
                    manage_hash=str(booking_id), state="confirmed", account_key="a", service_id="s", location_id="l",
                    practitioner_id="p", any_practitioner=False, starts_at=now, ends_at=now, created_at=now,
                )
            )  # fmt: skip


@pytest.mark.parametrize("vendor", ["hubspot", "webhook"])
def test_a_token_that_expired_is_one_message_however_many_bookings_wait(desk: Desk, vendor: str) -> None:
    told: list[tuple[str, int]] = []

    def mail(_clinic: Clinic, alerts: Sequence[Alert]) -> None:
        told.extend((alert.cause, alert.count) for alert in alerts)

    add_bookings(desk)
    office = open_office(desk, vendor)
    kept = office.give_token(WRONG_TOKENS[vendor].encode())
    offices: list[Office] = [office.another(booking_id) for booking_id in BOOKINGS]
    watching = Watching(database=desk.database, clock=desk.clock, kinds=known_kinds(), ways={"mail": mail})
    for each in offices:
        each.told()
        watching.run()
    refusal = offices[0].tasks()[first(vendor)].code
    assert [each.tasks()[first(vendor)].code for each in offices] == [refusal, *["connection_paused"] * 2]
    assert told == [(f"connection:{vendor}:{office.connection_id}:{refusal}", 1)]
    office.give_token(kept)
    office.fixed()
    for each in offices:
        each.work()
        assert each.states()[first(vendor)] == "done"
    assert watching.run() == 0
    assert len(told) == 1
