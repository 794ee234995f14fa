"""Whatever stands among a clinic's websites, the policy names origins and nothing else."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pages.shared.client import CheckingClient
from tests.pages.widget.fakes import FakeUseCases

SOURCE = re.compile(r"'self'|https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")
PIECES = st.sampled_from(
    ["https://a.example", ";", " ", ",", "script-src *", "*", "'unsafe-inline'", "\r\n", "http://[::1]"]
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sites=st.lists(st.lists(PIECES, max_size=4).map("".join), max_size=4))
def test_no_entry_reaches_the_policy_but_as_an_origin(
    client: CheckingClient, use_cases: FakeUseCases, sites: list[str]
) -> None:
    use_cases.browse.known.allowed_sites = sites
    policy = client.get("/b/demo", headers={"Cache-Control": "no-cache"}).headers["Content-Security-Policy"]
    assert policy.count("script-src") == 1
    assert all(SOURCE.fullmatch(source) for source in policy.rpartition("frame-ancestors ")[2].split(" "))
