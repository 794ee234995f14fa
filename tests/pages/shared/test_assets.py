"""Static files: hashed addresses, compression, and the weight of the first page."""

import gzip
import re
from pathlib import Path

import brotli
import pytest

from booking_app.core.assets import asset_folder
from booking_app.pages.shared.assets import read_asset, static_url
from tests.pages.shared.client import CheckingClient, Page, body
from tests.pages.widget.fakes import fake_app, fake_front

LIGHT = 45_000


def address_of(name: str) -> str:
    with fake_app(fake_front()).test_request_context():
        return static_url(name)


def test_a_hashed_file_may_be_kept_for_a_year(client: CheckingClient) -> None:
    response = client.get(address_of("css/booking.css"))
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.content_type == "text/css; charset=utf-8"


def test_an_older_hash_still_answers_but_is_not_kept(client: CheckingClient) -> None:
    response = client.get("/assets/0000/css/booking.css")
    assert response.status_code == 200
    assert "immutable" not in response.headers["Cache-Control"]


@pytest.mark.parametrize(("coding", "opened"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_files_are_sent_compressed(client: CheckingClient, coding: str, opened: object) -> None:
    response = client.get(address_of("js/step.js"), headers={"Accept-Encoding": coding})
    assert response.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in response.headers["Vary"]
    assert callable(opened)
    assert opened(response.data) == read_asset("js/step.js").content


def test_a_browser_that_knows_no_compression_gets_the_file_itself(client: CheckingClient) -> None:
    response = client.get(address_of("js/step.js"))
    assert "Content-Encoding" not in response.headers
    assert response.data == read_asset("js/step.js").content


@pytest.mark.parametrize("name", ["../pyproject.toml", "css", "nothing.css", "%2e%2e/pyproject.toml"])
def test_nothing_outside_the_folder_is_sent(client: CheckingClient, name: str) -> None:
    assert client.get(f"/assets/0000/{name}").status_code == 404


def test_the_first_page_is_light(client: CheckingClient) -> None:
    gzipped = {"Accept-Encoding": "gzip"}
    first = client.get("/b/demo", headers=gzipped)
    page = Page(body(first))
    files = [values.get("src") or values.get("href", "") for tag, values in page.tags if tag in ("script", "link")]
    files = [one for one in files if one.startswith("/")]
    total = len(first.data) + sum(len(client.get(one, headers=gzipped).data) for one in files)
    assert len(files) == 5
    assert total < LIGHT


def test_no_page_loads_anything_from_elsewhere(client: CheckingClient) -> None:
    for tag, values in client.page("/b/demo/times?service=103").tags:
        if tag in ("script", "link", "img"):
            assert (values.get("src") or values.get("href", "")).startswith(("/", "data:"))


@pytest.mark.parametrize("name", ["css/booking.css", "js/step.js", "js/frame.js", "js/autosave.js"])
def test_comments_and_spaces_are_not_sent_and_nothing_else_is_left_out(client: CheckingClient, name: str) -> None:
    sent = client.get(address_of(name)).text
    written = (asset_folder("static") / name).read_text()
    assert len(sent) < len(written) * 0.95
    assert not re.search(r"^\s*/\*|^\s", sent, re.MULTILINE)
    assert bare(sent) == bare(written)


@pytest.mark.parametrize("path", sorted((asset_folder("static") / "js").glob("*.js")), ids=lambda path: path.stem)
def test_no_script_of_ours_has_a_text_of_several_lines(path: Path) -> None:
    """The spaces that lines are set in by are not sent, in a template string they would mean something."""
    assert "`" not in re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)


def bare(text: str) -> str:
    """What a browser reads, without any space and with the last semicolon of a block left out."""
    return re.sub(r"\s+", "", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)).replace(";}", "}")
