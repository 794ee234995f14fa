"""The loader's addresses: what is cached, for how long, and who may ask."""

import gzip
import hashlib
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking_app.pages import embed
from booking_app.pages.shared import headers
from booking_app.setup.website.releases import newest, read_releases
from booking_app.setup.website.snippet import snippet

STATIC = Path(__file__).resolve().parents[3] / "static"


@pytest.fixture
def client() -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    headers.register(app)
    embed.register(app)
    return app.test_client()


def test_the_newest_loader_is_fresh_within_minutes_and_allowed_on_every_site(client: FlaskClient) -> None:
    with client.get("/embed.js") as response:
        assert response.status_code == 200
        assert response.mimetype == "text/javascript"
        assert response.cache_control.max_age == 600
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in response.headers


def test_a_loader_named_by_its_version_may_be_kept_for_a_year(client: FlaskClient) -> None:
    version = newest(read_releases(STATIC / "embed")).version
    with client.get(f"/embed-{version}.js") as pinned, client.get("/embed.js") as latest:
        assert pinned.cache_control.immutable
        assert pinned.cache_control.max_age == 365 * 24 * 3600
        assert pinned.data == latest.data


@pytest.mark.parametrize("version", ["9.9.9", "releases", "..%2freleases"])
def test_a_version_that_was_never_released_is_not_found(client: FlaskClient, version: str) -> None:
    assert client.get(f"/embed-{version}.js").status_code == 404


def test_an_unchanged_loader_is_not_sent_again(client: FlaskClient) -> None:
    with client.get("/embed.js") as first:
        etag = first.headers["ETag"]
    with client.get("/embed.js", headers={"If-None-Match": etag}) as second:
        assert second.status_code == 304


@pytest.mark.parametrize("release", read_releases(STATIC / "embed").values(), ids=lambda release: release.version)
def test_a_released_loader_never_changes(release) -> None:
    content = (STATIC / "embed" / release.file_name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == release.sha256


def test_the_loader_costs_a_clinics_page_about_three_kilobytes() -> None:
    content = (STATIC / "embed" / newest(read_releases(STATIC / "embed")).file_name).read_bytes()
    assert len(gzip.compress(content, 9)) < 3150


def test_the_snippet_is_a_real_link_and_one_script() -> None:
    text = snippet(base_url="https://book.example", slug="demo")
    assert text.startswith('<a href="https://book.example/b/demo" data-clinic="demo" ')
    assert '<script async src="https://book.example/embed.js"' in text


def test_the_snippet_escapes_what_it_is_given() -> None:
    assert '"><script>' not in snippet(base_url='https://book.example"><script>', slug="demo")
