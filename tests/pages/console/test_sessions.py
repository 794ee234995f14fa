"""Cookies exist below /console alone."""

from werkzeug.routing import AnyConverter, Rule

from booking_app.pages.console.blueprint import is_console
from tests.pages.console.desk import Desk


def outside(desk: Desk) -> list[Rule]:
    return [rule for rule in desk.app.url_map.iter_rules() if not is_console(rule.rule)]


def something(rule: Rule, name: str) -> str:
    """A value that this part of the address takes."""
    converter = rule._converters[name]
    return sorted(converter.items)[0] if isinstance(converter, AnyConverter) else "x"


def test_no_route_of_a_patient_sets_a_cookie_or_depends_on_one(shared_desk: Desk) -> None:
    """Signed in or not: the console's session is neither read nor renewed there."""
    visitor = shared_desk.visitor()
    visitor.sign_in("owner")
    cookie = visitor.get_cookie("console", path="/console")
    assert cookie is not None
    shown = {"Cookie": f"console={cookie.value}"}
    asked = 0
    for rule in outside(shared_desk):
        asks = rule.arguments - set(rule.defaults or ())
        values = {name: "demo" if name == "slug" else something(rule, name) for name in asks}
        where = shared_desk.app.url_map.bind("localhost").build(rule.endpoint, values)
        for method in (rule.methods or set()) - {"OPTIONS"}:
            answer = shared_desk.app.test_client(use_cookies=False).open(where, method=method, headers=shown)
            assert "Set-Cookie" not in answer.headers, where
            assert "Cookie" not in answer.headers.get("Vary", ""), where
            asked += 1
    assert asked > 20


def test_the_session_is_kept_from_scripts_and_other_sites(shared_desk: Desk) -> None:
    answer = shared_desk.visitor().get("/console/sign-in")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert {"HttpOnly", "Path=/console", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


def test_nothing_of_the_console_is_kept_or_framed(shared_desk: Desk) -> None:
    for where in ("/console/sign-in", "/console/demo/"):
        headers = shared_desk.sign_in("owner").get(where, follow_redirects=True).headers
        assert headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_no_token_in_a_header_or_an_address_signs_in(shared_desk: Desk) -> None:
    with shared_desk.app.app_context():
        found = shared_desk.app.extensions["security"].datastore.find_user(email="owner@example.com")
        token = found.get_auth_token()
    visitor = shared_desk.visitor()
    assert visitor.get("/console/demo/", headers={"Authentication-Token": token}).status_code == 303
    assert visitor.get(f"/console/demo/?auth_token={token}").status_code == 303
