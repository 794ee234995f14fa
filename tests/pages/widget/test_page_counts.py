"""Each step that is shown is counted, and a page that only waits or refuses is not."""

from tests.pages.shared.client import FRAGMENT, CheckingClient
from tests.pages.widget.fakes import FakeUseCases


def test_each_step_is_counted_as_it_is_shown_page_or_fragment(client: CheckingClient, use_cases: FakeUseCases) -> None:
    client.page("/b/demo")
    client.get("/b/demo/services?category=c1", headers=FRAGMENT)
    client.page("/b/demo/times?service=101")
    assert use_cases.page_counts.counted == ["category", "service", "time"]


def test_a_redirect_and_an_unknown_service_count_nothing(client: CheckingClient, use_cases: FakeUseCases) -> None:
    client.get("/b/demo/services?category=c3")
    client.page("/b/demo/times?service=9999", status=404)
    client.page("/b/unknown", status=404)
    assert use_cases.page_counts.counted == []
