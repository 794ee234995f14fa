"""Every page and every action of the console, taken from the URL map: who may, who may not, and who sees nothing."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.routing import IntegerConverter, PathConverter, Rule

from booking_app.cli.web_app import make_web_app
from booking_app.cli.wiring import build
from booking_app.clinics.staff import Role
from booking_app.core.settings import load_settings
from booking_app.pages.console.blueprint import is_console
from tests.databases import upgraded_copy
from tests.pages.console.desk import CLINIC, OTHER, PEOPLE, Desk

PATIENT = {"first_name": "Zephyrine", "last_name": "Quillfeather", "email": "zephyrine@example.com"}
FILLED: dict[str, Any] = {"int": 1, "default": "x", "path": "x"}


def console_rules(folder: Any) -> list[tuple[str, str, tuple[Role, ...], bool]]:
    """(method, rule, roles, open to all) of every route below /console."""
    settings = load_settings({"BOOKING_DATA_DIR": str(folder)})
    upgraded_copy(settings)
    services = build(settings)
    app = make_web_app(services)
    found = [
        (method, rule.rule, _roles(view), getattr(view, "open_to_all", False))
        for rule in app.url_map.iter_rules()
        if is_console(rule.rule)
        for view in [app.view_functions[rule.endpoint]]
        for method in sorted(_methods(rule))
    ]
    services.close()
    return found


def _roles(view: Any) -> tuple[Role, ...]:
    return getattr(view, "allowed_roles", ())


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def address(desk: Desk, rule: str, slug: str) -> str:
    """The rule's address at a clinic, with something in every other place."""
    (found,) = [each for each in desk.app.url_map.iter_rules() if each.rule == rule][:1]
    values = {name: FILLED[_kind(found, name)] for name in found.arguments}
    adapter = desk.app.url_map.bind("localhost")
    return adapter.build(found.endpoint, {**values, "slug": slug} if "slug" in values else values)


def _kind(rule: Rule, name: str) -> str:
    """Which of FILLED this part takes; ours are kinds of werkzeug's own."""
    converter = rule._converters[name]
    if isinstance(converter, IntegerConverter):
        return "int"
    return "path" if isinstance(converter, PathConverter) else "default"


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, tuple[Role, ...], bool]]:
    return console_rules(tmp_path_factory.mktemp("routes"))


def of_a_clinic(routes: list[tuple[str, str, tuple[Role, ...], bool]]) -> Iterator[tuple[str, str, tuple[Role, ...]]]:
    for method, rule, roles, _ in routes:
        if "<slug>" in rule:
            assert roles, f"{method} {rule} says nobody's role: use @allow"
            yield method, rule, roles


def ask(desk: Desk, person: str, method: str, where: str) -> int:
    """The status of a request that changes nothing: what is posted is empty."""
    visitor = desk.sign_in(person)
    if method == "GET":
        return visitor.get(where).status_code
    return visitor.open(where, method=method, data={"csrf_token": visitor.token()}).status_code


def test_every_page_says_who_may_open_it(
    routes: list[tuple[str, str, tuple[Role, ...], bool]], shared_desk: Desk
) -> None:
    for endpoint, view in shared_desk.app.view_functions.items():
        if endpoint.startswith("console."):
            assert hasattr(view, "allowed_roles") or hasattr(view, "open_to_all"), endpoint


def test_a_stranger_finds_nothing_at_any_address_of_a_clinic(
    routes: list[tuple[str, str, tuple[Role, ...], bool]], shared_desk: Desk
) -> None:
    asked = [(method, rule) for method, rule, _ in of_a_clinic(routes)]
    assert asked
    for method, rule in asked:
        assert ask(shared_desk, "stranger", method, address(shared_desk, rule, CLINIC)) == 404, (method, rule)
        assert ask(shared_desk, "owner", method, address(shared_desk, rule, OTHER)) == 404, (method, rule)
        assert ask(shared_desk, "owner", method, address(shared_desk, rule, "no-such-clinic")) == 404, (method, rule)


@pytest.mark.parametrize("person", ["receptionist", "designer", "bookkeeper", "manager", "agency", "owner"])
def test_each_role_reaches_what_it_covers_and_nothing_else(
    person: str, routes: list[tuple[str, str, tuple[Role, ...], bool]], shared_desk: Desk
) -> None:
    role = PEOPLE[person][CLINIC]
    for method, rule, needed in of_a_clinic(routes):
        if role.covers(*needed):
            continue
        assert ask(shared_desk, person, method, address(shared_desk, rule, CLINIC)) == 403, (method, rule)
    for method, rule, needed in of_a_clinic(routes):
        if method == "GET" and role.covers(*needed):
            status = ask(shared_desk, person, method, address(shared_desk, rule, CLINIC))
            assert status not in (401, 403) and status < 500, (rule, status)


@pytest.mark.parametrize("person", ["designer", "bookkeeper"])
def test_designers_and_bookkeepers_meet_no_patient(
    person: str, routes: list[tuple[str, str, tuple[Role, ...], bool]], desk: Desk
) -> None:
    desk.shop.book(**PATIENT)
    reference = desk.shop.booking().reference
    role = PEOPLE[person][CLINIC]
    seen = 0
    for method, rule, allowed in of_a_clinic(routes):
        if method != "GET" or not role.covers(*allowed):
            continue
        text = desk.sign_in(person).get(address(desk, rule, CLINIC)).text
        for words in (*PATIENT.values(), reference):
            assert words not in text, (rule, words)
        seen += 1
    assert seen
    assert PATIENT["last_name"] in desk.page("receptionist", "/console/demo/bookings").text, "who may, does see them"


@pytest.mark.parametrize(
    ("person", "entries"),
    [
        ("owner", ["Today", "Bookings", "Reports", "Booking page", "Questions and waivers", "Website", "Settings"]),
        ("receptionist", ["Today", "Bookings", "Reports", "Booking page", "Questions and waivers"]),
        ("designer", ["Booking page", "Questions and waivers", "Website"]),
        ("bookkeeper", ["Reports"]),
    ],
)
def test_the_menu_is_short_and_begins_where_the_role_begins(person: str, entries: list[str], shared_desk: Desk) -> None:
    answer = shared_desk.sign_in(person).get("/console/", follow_redirects=True)
    menu = re.findall(r">([^<]+)</a>", answer.text.partition("<nav")[2].partition("</nav>")[0])
    assert [entry for entry in menu if entry != "Money"] == entries
    assert len(menu) <= 8 and "aria-current" in answer.text


def test_the_table_of_roles_is_written_down(routes: list[tuple[str, str, tuple[Role, ...], bool]]) -> None:
    """Every noun of the console and what each role may do there, as docs/console.md says it."""
    written = Path("docs/console.md").read_text()
    missing = [line for line in roles_table(routes) if line not in written]
    assert missing == [], "Put these lines into the table of roles in docs/console.md (and take out older ones)"
    lines = [line for line in written.splitlines() if line.startswith("| `")]
    assert lines == roles_table(routes)


def roles_table(routes: list[tuple[str, str, tuple[Role, ...], bool]]) -> list[str]:
    """A line for each noun; see: some page of it opens; change: some action of it may be taken."""
    nouns: dict[str, dict[Role, str]] = {}
    for method, rule, allowed in of_a_clinic(routes):
        noun = rule.removeprefix("/console/<slug>/").partition("/")[0].partition(".")[0] or "(first page)"
        line = nouns.setdefault(noun, dict.fromkeys(Role, "–"))
        for role in Role:
            if role.covers(*allowed):
                line[role] = "change" if method == "POST" or line[role] == "change" else "see"
    return [f"| `{noun}` | {' | '.join(nouns[noun][role] for role in Role)} |" for noun in sorted(nouns)]


def test_who_is_signed_out_is_asked_to_sign_in(
    routes: list[tuple[str, str, tuple[Role, ...], bool]], shared_desk: Desk
) -> None:
    visitor = shared_desk.visitor()
    for method, rule, _, is_open in routes:
        if is_open:
            continue
        where = address(shared_desk, rule, CLINIC)
        if method == "GET":
            answer = visitor.get(where)
            assert answer.status_code == 303, rule
            assert answer.headers["Location"].startswith("/console/sign-in?next="), rule
        else:
            data = {"csrf_token": visitor.token()}
            assert visitor.open(where, method=method, data=data).status_code == 401, rule


def test_no_change_is_made_without_the_token_of_the_session(
    routes: list[tuple[str, str, tuple[Role, ...], bool]], shared_desk: Desk
) -> None:
    owner = shared_desk.sign_in("owner")
    for method, rule, _, _ in routes:
        if method == "GET":
            continue
        answer = owner.open(address(shared_desk, rule, CLINIC), method=method, data={})
        assert answer.status_code == 400, (method, rule)
        assert "This page was open too long" in answer.text


def test_a_get_changes_nothing_it_has_no_other_methods(routes: list[tuple[str, str, tuple[Role, ...], bool]]) -> None:
    assert {method for method, *_ in routes} <= {"GET", "POST"}


def test_an_address_that_leads_nowhere_stays_in_the_console(shared_desk: Desk) -> None:
    for person in ("owner", "stranger"):
        answer = shared_desk.sign_in(person).get(f"/console/{CLINIC}/no-such-page")
        assert answer.status_code == 404 and "There is nothing here for your account." in answer.text
    assert "There is nothing here for your account." in shared_desk.visitor().get("/console/a/b/c").text
    assert "booking link" in shared_desk.visitor().get("/consoles").text, "patients have their own page"
