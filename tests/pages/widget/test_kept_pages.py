"""The page cache before the real product: nothing old is ever shown, whoever changed it, in whichever process."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from booking_app.availability.models import SlotWindow
from booking_app.bookings.models import Hold
from booking_app.bookings.statistics.models import DailyCount
from booking_app.cli.web_app import make_web_app
from booking_app.cli.wiring import build
from booking_app.clinics.models import Clinic
from booking_app.pages.shared import form_tokens, kept_pages
from booking_app.pages.shared.preview import preview_token
from booking_sandbox.server import SandboxServer
from tests.faults.shop import TIMES, Shop, open_shop, slot_instant
from tests.pages.shared.client import CheckingClient, checking_client


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def shop(sandbox: SandboxServer, tmp_path: Path) -> Iterator[Shop]:
    """A shop whose catalogue has been read."""
    opened = open_shop(sandbox, tmp_path)
    opened.client.get("/b/demo")
    yield opened
    opened.services.close()


@pytest.fixture
def neighbour(shop: Shop) -> Iterator[CheckingClient]:
    """A browser at another web process over the same database."""
    services = build(shop.services.settings, clock=shop.clock)
    yield checking_client(make_web_app(services))
    services.close()


def later() -> str:
    return f"{TIMES}&from={(datetime.now(UTC) + timedelta(days=7)).date().isoformat()}"


def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which pages were rendered from now on."""
    seen: list[str] = []
    kept = kept_pages.PageCache._rendered

    def note(self: kept_pages.PageCache, place: kept_pages.Place, *more: Any) -> Any:
        seen.append(place.path)
        return kept(self, place, *more)

    monkeypatch.setattr(kept_pages.PageCache, "_rendered", note)
    return seen


@pytest.mark.parametrize("address", ["/b/demo", "/b/demo/", later()])
def test_a_page_without_anything_personal_is_rendered_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    shop.client.get(address)  # asks Cliniko for the times, which makes them others than before
    first = shop.client.get(address)
    seen = rendered(monkeypatch)
    again = shop.client.get(address)
    assert seen == []
    assert again.data == first.data
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert shop.client.get(address, headers={"If-None-Match": again.headers["ETag"]}).status_code == 304


def test_a_time_that_somebody_holds_is_gone_at_once_everywhere_and_comes_back(
    shop: Shop, neighbour: CheckingClient
) -> None:
    slots = neighbour.page(later()).values("slot")
    shop.choose(0)
    for browser in (shop.client, neighbour):
        assert slots[0] not in browser.page(later()).values("slot")
    with shop.services.database.begin() as session:
        session.execute(update(Hold).values(expires_at=shop.clock.now() - timedelta(seconds=1)))
    for browser in (shop.client, neighbour):
        assert slots[0] in browser.page(later()).values("slot")


def test_times_read_anew_by_another_process_are_shown_at_once(shop: Shop, neighbour: CheckingClient) -> None:
    slots = neighbour.page(later()).values("slot")
    with shop.services.database.begin() as session:
        for window in session.scalars(select(SlotWindow)):
            window.starts = [start for start in window.starts if start != int(slot_instant(slots[0]).timestamp())]
            window.fetched_at = shop.clock.now()
    assert slot_instant(slots[0]) not in [slot_instant(one) for one in neighbour.page(later()).values("slot")]


def test_a_clinics_change_is_seen_at_once_here_and_within_a_second_elsewhere(
    shop: Shop, neighbour: CheckingClient
) -> None:
    for browser in (shop.client, neighbour):
        assert "Harbour Street Health" in browser.get("/b/demo").text
    with shop.services.database.begin() as session:
        session.scalars(select(Clinic)).one().name = "Harbour Lane Health"
    assert "Harbour Lane Health" in shop.client.get("/b/demo").text
    ends = shop.clock.monotonic() + 1.0
    while "Harbour Lane Health" not in neighbour.get("/b/demo").text:
        assert shop.clock.monotonic() < ends + 0.5


def test_a_site_no_longer_allowed_may_not_frame_a_kept_page(shop: Shop) -> None:
    assert "localhost" in shop.client.get("/b/demo").headers["Content-Security-Policy"]
    with shop.services.database.begin() as session:
        session.scalars(select(Clinic)).one().allowed_sites = []
    assert "localhost" not in shop.client.get("/b/demo").headers["Content-Security-Policy"]


def test_a_draft_of_the_look_is_seen_under_preview_and_nowhere_else(shop: Shop) -> None:
    before = shop.client.get("/b/demo").data
    with shop.client.application.app_context():
        token = preview_token("demo")
    shop.client.get(f"/b/demo?preview={token}")
    assert shop.client.get("/b/demo").data == before


def test_marks_reach_the_links_and_nobody_elses(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = shop.client.get("/b/demo").text
    assert "utm_source=letter" in shop.client.get("/b/demo?utm_source=letter").text
    seen = rendered(monkeypatch)
    assert "services?utm_source=sign&amp;category=" in shop.client.get("/b/demo?utm_source=sign").text
    assert seen == []
    assert shop.client.get("/b/demo").text == plain
    assert "utm_" not in plain


def test_a_page_from_the_cache_and_one_unchanged_are_counted(shop: Shop) -> None:
    etag = shop.client.get("/b/demo").headers["ETag"]
    shop.client.get("/b/demo")
    shop.client.get("/b/demo", headers={"If-None-Match": etag})
    shop.services.page_counts.flush()
    with shop.services.database.reading() as session:
        assert session.scalars(select(DailyCount.total).where(DailyCount.name == "category")).one() == 4


def test_the_form_token_of_a_kept_page_is_minutes_old_at_most(shop: Shop) -> None:
    for _ in range(40):
        page = shop.client.page(later())
        shown_at = datetime.fromtimestamp(int(page.token().split(".")[0], 16), UTC)
        assert shop.clock.now() - shown_at < timedelta(minutes=10) < form_tokens.EXPIRES_AFTER
        shop.clock.ahead += timedelta(seconds=30)


def test_invented_preselections_fill_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = rendered(monkeypatch)
    for address in ("/b/demo?practitioner=invented", "/b/demo?from=2027-01-01"):
        shop.client.get(address)
        shop.client.get(address)
    assert len(seen) == 4
