"""No request ends in a 500: known cases by name, and a seeded run over every route; `bench.fuzz` makes longer ones."""

import re
from urllib.parse import urlencode

import pytest

from booking_app.pages.shared.guard import is_host_header
from tests.fuzz.requests import NEVER
from tests.fuzz.run import Report, fuzz, renew
from tests.fuzz.site_map import SiteMap
from tests.fuzz.values import HOSTS, HUGE, TEXTS
from tests.fuzz.wsgi import Answered, Asked, ask
from tests.pages.console.desk import Desk

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SHORT_RUN = 800  # every route and method four times


@pytest.fixture(scope="module")
def site(shared_desk: Desk) -> SiteMap:
    """What patients and the owner find, a draft at each step and a booking among it."""
    found = SiteMap(shared_desk.app)
    found.cookie = renew(shared_desk, found)
    return found


def get(site: SiteMap, path: str, query: str = "", **headers: str) -> Answered:
    return ask(site.app, Asked("GET", path.encode(), query.encode(), headers=headers), site.cookie)


def path_of(site: SiteMap, method: str, rule: str) -> str:
    """An address of that route that leads somewhere."""
    known = site.routes[method, rule].paths[-1]
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda part: known[part[1]], rule)


@pytest.mark.parametrize("host", [host for host in HOSTS if not is_host_header(host)], ids=ascii)
@pytest.mark.parametrize("path", ["/b/demo/", "/manage/x", "/console/demo/", "/nowhere"])
def test_a_host_that_no_address_has_is_refused_in_a_sentence(site: SiteMap, host: str, path: str) -> None:
    answer = get(site, path, Host=host)
    assert (answer.status, answer.body) == (400, b"This address cannot be opened. Check it and try again.\n")


@pytest.mark.parametrize(
    "host",
    ["book.example.com", "127.0.0.1:8000", "[::1]:8000", "localhost", "a-b.example.", "xn--mnchen-3ya.de", "A.B"],
)
def test_a_host_that_an_address_may_have_is_served(site: SiteMap, host: str) -> None:
    assert get(site, "/b/demo", Host=host).status == 200


def test_the_error_page_failing_is_answered_too(site: SiteMap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking_app.pages.shared.errors.render", lambda *_, **__: 1 / 0)
    answer = get(site, "/nowhere")
    assert (answer.status, answer.body) == (500, b"Something went wrong. Please try again.\n")


@pytest.mark.parametrize("number", ["2147483648", "9223372036854775808", HUGE, "9" * 5_000, "-1", "٣", "0"])
@pytest.mark.parametrize(
    "path", ["people/{}/remove", "connections/{}", "bookings/BK-22222222/tasks/{}/retry", "matches/{}"]
)
def test_a_number_that_no_row_has_leads_nowhere(site: SiteMap, path: str, number: str) -> None:
    assert get(site, f"/console/demo/{path.format(number)}").status in (404, 405)


@pytest.mark.parametrize("page", [HUGE, "-5", "0", "x", "", "9" * 5_000])
@pytest.mark.parametrize("path", ["bookings", "changes", "documents"])
def test_a_page_of_a_list_is_a_page_or_the_first(site: SiteMap, path: str, page: str) -> None:
    assert get(site, f"/console/demo/{path}", f"page={page}").status == 200


def test_a_name_of_an_asset_may_be_as_long_as_it_likes(site: SiteMap) -> None:
    for length in (200, 300, 5_000, 60_000):
        assert get(site, f"/assets/{'a' * 12}/{'b' * length}.css").status == 404
        assert get(site, f"/b/demo/files/{'b' * length}.png").status == 404


@pytest.mark.parametrize("wanted", ["/console/%0d%0aSet-Cookie:%20x=1", "/console/\n", "%00", "//[", "/console/%E2%82"])
def test_where_to_go_after_signing_in_cannot_break_a_header(site: SiteMap, wanted: str) -> None:
    for cookie in (site.cookie, ""):
        answer = ask(site.app, Asked("GET", b"/console/sign-in", f"next={wanted}".encode()), cookie)
        assert answer.status in (200, 303)
        assert not [value for _, value in answer.headers if "\n" in value or "\r" in value or "x=1" in value[:4]]


DAYS = (
    "0001-01-01",
    "0001-01-03",
    "9999-12-31",
    "9999-12-25",
    "2200-01-01",
    "10000-01-01",
    "2026-02-30",
    "x",
    "20261124",
)


@pytest.mark.parametrize("day", DAYS)
def test_a_day_far_from_any_calendar_is_as_if_none_was_named(site: SiteMap, day: str) -> None:
    assert get(site, "/b/demo/times", f"service=1100001000087112800&from={day}").status == 200
    assert get(site, path_of(site, "GET", "/manage/<token>/times"), f"from={day}").status == 200
    assert get(site, "/console/demo/day", f"day={day}").status == 200
    assert get(site, "/console/demo/why", f"service=1100001000087112800&day={day}").status in (200, 422)


SLOTS = (
    "",
    "-",
    "1",
    "1-",
    "-1",
    "253402300799-1",
    f"{HUGE}-1",
    "1795475400-",
    "1795475400-../x",
    "9999999999-1",
    "١-1",
    "1-\0",
)


@pytest.mark.parametrize("slot", SLOTS, ids=ascii)
def test_a_time_that_no_page_offers_is_said_to_be_gone(site: SiteMap, slot: str) -> None:
    for rule in ("/b/<slug>/times", "/b/<slug>/d/<token>/times", "/manage/<token>/times"):
        form = dict(site.routes["POST", rule].forms[-1])
        body = f"token={form['token']}&slot={slot}".encode()
        query = f"service=1100001000087112800&from={DAYS[2]}".encode()
        answer = ask(site.app, Asked("POST", path_of(site, "POST", rule).encode(), query, body, FORM))
        assert answer.status in (409, 422, 404), rule
    assert (
        get(site, path_of(site, "GET", "/manage/<token>/times").replace("/times", "/move"), f"slot={slot}").status
        == 409
    )


@pytest.mark.parametrize("name", ["password", "email", "next"])
def test_a_file_in_place_of_a_text_is_as_if_nothing_was_sent(site: SiteMap, name: str) -> None:
    parts = {"csrf_token": site.console_token, "email": "a@example.com", "password": "x"}
    body = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{key}"{"; filename=f" if key == name else ""}\r\n\r\n{value}\r\n'
        for key, value in (*parts.items(), *((name, "y"),) * (name == "next"))
    )
    asked = Asked(
        "POST",
        b"/console/sign-in",
        b"",
        f"{body}--b--\r\n".encode(),
        {"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert ask(site.app, asked, site.cookie).status in (303, 422)


def test_a_choice_that_no_form_offers_breaks_none(desk: Desk) -> None:
    """Every field of every form of the console in turn gets a value nobody could choose, the others being filled."""
    site = SiteMap(desk.app)
    cookie, broken = renew(desk, site), []
    for (method, rule), offered in list(site.routes.items()):
        if method != "POST" or not rule.startswith("/console") or not offered.forms or rule in NEVER:
            continue
        form = [(name, value or "Something") for name, value in offered.forms[-1] if name != "csrf_token"]
        for chosen in dict.fromkeys(name for name, _ in form):
            sent = [(name, "no such choice" if name == chosen else value) for name, value in form]
            body = urlencode([*sent, ("csrf_token", site.console_token)]).encode()
            path = path_of(site, "POST", rule).encode()
            answer = ask(site.app, Asked("POST", path, b"", body, FORM), cookie)
            if answer.status >= 500:
                broken.append(f"{answer.status} {rule} {chosen}")
    assert broken == []


def test_nul_reaches_nothing(site: SiteMap) -> None:
    assert get(site, "/b/de\0mo").status == 400
    assert get(site, "/b/demo/times", "service=%00&location=a%00b").status in (200, 404)
    assert get(site, "/console/demo/bookings", "state=%00").status == 200


def test_every_route_survives_what_no_form_would_send(desk: Desk) -> None:
    report: Report = fuzz(desk, seed=1, count=SHORT_RUN)
    asked = {(rule, method) for rule, method, _ in report.routes}
    assert report.failures == []
    assert len(asked) > 150
    assert len(report.statuses) >= 5, "the requests are all refused alike"


def test_the_values_hold_what_the_kind_is_about() -> None:
    assert {"", "\0", HUGE, "9999-12-31"} <= set(TEXTS)
