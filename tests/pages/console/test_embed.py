"""Embed code, for whom it leads where."""

from tests.faults.shop import SERVICE
from tests.pages.console.desk import Desk

RIGHT = """<!doctype html><html><head><title>Harbour</title></head><body>
<a href="{home}/b/demo" data-clinic="demo">Book</a>
<script async src="{home}/embed.js" data-clinic="demo"></script></body></html>"""


def examine(desk: Desk, html: str, *, status: int = 200) -> str:
    return desk.sign_in("manager").send_form("/console/demo/embed/page", {"html": html}, status=status).text


def test_a_pasted_page_is_looked_at_and_told_what_is_wrong(shared_desk: Desk) -> None:
    home = shared_desk.services.settings.base_url
    assert "Must be fixed" in examine(shared_desk, "<html><body><p>No booking here</p></body></html>")
    assert "Must be fixed" not in examine(shared_desk, RIGHT.format(home=home))
    other = RIGHT.format(home=home).replace('"demo"', '"dmeo"').replace("/b/demo", "/b/dmeo")
    assert "Must be fixed" in examine(shared_desk, other)


def test_markup_of_a_pasted_page_stays_text(shared_desk: Desk) -> None:
    said = examine(shared_desk, "</textarea><script>alert(1)</script>")
    assert "<script>alert" not in said
    assert "Paste the source of the page" in examine(shared_desk, "", status=422)


def test_each_shape_can_be_copied_and_carries_the_clinics_address(shared_desk: Desk) -> None:
    html = shared_desk.page("manager", "/console/demo/embed").html
    for shape in ("inline", "button", "floating", "tag", "frame", "link"):
        assert f'id="snippet-{shape}"' in html
    assert "/b/demo&#34; data-clinic=&#34;demo&#34; style=&#34;" in html
    assert "&gt;Book an appointment&lt;/a&gt;" in html


def test_a_snippet_leads_to_a_service_that_can_be_booked_and_to_nothing_else(desk: Desk) -> None:
    desk.sign_in("manager").send_form("/console/demo/start/found", {})
    assert f"?service={SERVICE}" in desk.page("manager", f"/console/demo/embed?service={SERVICE}").html
    assert "evil" not in desk.page("manager", "/console/demo/embed?service=evil").html


def test_addresses_of_pages_are_taken_for_their_websites(desk: Desk) -> None:
    visitor = desk.sign_in("designer")
    typed = (
        "https://www.harbour.example.com/contact?from=menu#top\nWWW.harbour.example.com\nlocalhost:9801/site/\n"
        "http://harbour.example.com:8080"
    )
    page = visitor.page("/console/demo/embed")
    visitor.send_form("/console/demo/embed/sites", {"allowed_sites": typed, "revision": page.values("revision")[0]})
    assert desk.clinic().allowed_sites == [
        "https://www.harbour.example.com", "http://localhost:9801", "http://harbour.example.com:8080",
    ]  # fmt: skip
    again = visitor.page("/console/demo/embed").values("revision")[0]
    for wrong in ("not a website", "ftp://harbour.example.com", "https://user:word@harbour.example.com"):
        refused = {"allowed_sites": wrong, "revision": again}
        assert "must be an origin" in visitor.send_form("/console/demo/embed/sites", refused, status=422).text
