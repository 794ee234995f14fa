"""Five requests a second for a whole account: a 429 silences everybody here, and the sixth is never sent."""

import threading

from booking_app.core.outbound_http.pace import Pace
from booking_app.crm.vendors.registered import SPECS
from tests.crm.vendors.activecampaign.conftest import Sandbox, refused


def test_the_sixth_request_of_a_second_is_refused_and_the_pace_sends_none(sandbox: Sandbox) -> None:
    sandbox.server.control.set_knob(activecampaign_requests_per_second=5)
    hurried = sandbox.client()
    assert refused(lambda: [hurried.schema.plan() for _ in range(30)]).retry_after == 30
    limit, now = SPECS["activecampaign"].limit, [100.0]
    assert limit is not None

    def pass_over(_condition: threading.Condition, seconds: float | None) -> None:
        """Time that passes at both ends without anybody waiting for it."""
        sandbox.server.control.world.activecampaign_rates.clear()
        now[0] += seconds or 0.0

    paced = sandbox.client(pace=Pace(limit, monotonic=lambda: now[0], wait_on=pass_over))
    sandbox.server.control.world.activecampaign_rates.clear()
    assert len([paced.schema.plan() for _ in range(20)]) == 20
