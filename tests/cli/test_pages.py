"""`doctor --page`: a page of a clinic's website, from a file or from its address."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from booking_app.cli.wiring import Services
from booking_app.clinics.models import Clinic
from booking_app.setup.website.snippet import snippet
from tests.cli.conftest import Run, refused
from tests.pages.embed.pages import served

BASE = "http://127.0.0.1:8000"
SNIPPET = snippet(base_url=BASE, slug="demo")
PRODUCTION = {
    "BOOKING_ENV": "production",
    "BOOKING_BASE_URL": "https://book.example",
    "BOOKING_SECRET_KEY": "s" * 32,
    "BOOKING_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "BOOKING_SEAL_KEY": "5e" * 32,
}


@pytest.fixture(autouse=True)
def clinic(services: Services) -> None:
    add_clinic(services, "demo")


def add_clinic(services: Services, slug: str, *sites: str) -> None:
    with services.database.begin() as session:
        session.add(
            Clinic(slug=slug, name="Demo", time_zone="Australia/Adelaide", locale="en-AU", allowed_sites=list(sites))
        )


def write(text: str) -> str:
    Path("page.html").write_text(text)
    return "page.html"


def test_a_sound_page_in_a_file_is_well(run: Run) -> None:
    result = run("doctor", "--page", write(SNIPPET))
    assert result.exit_code == 0
    assert "nothing was found that keeps it from showing" in result.stdout


def test_a_page_without_the_snippet_is_given_it(run: Run) -> None:
    result = run("doctor", "--page", write("<h1>Clinic</h1>"))
    assert result.exit_code == 1
    assert result.stdout.startswith("! There is neither a link nor a script")
    assert all(line in result.stdout for line in SNIPPET.splitlines())
    assert "does not work in that page" in result.stderr


def test_a_page_at_an_address_is_judged_with_its_headers(run: Run) -> None:
    headers = {"/": {"Content-Security-Policy": "default-src 'self'"}}
    with served({"/": ("text/html", SNIPPET)}, headers) as port:
        result = run("doctor", "--page", f"http://localhost:{port}/")
        assert result.exit_code == 1
        assert f'Add "http://localhost:{port}" to allowed_sites' in result.stdout
        assert "Add to frame-src: http://127.0.0.1:8000" in result.stdout
        gone = run("doctor", "--page", f"http://localhost:{port}/elsewhere")
        assert "The page answers 404." in gone.stdout


def test_a_page_on_the_list_is_well(run: Run, services: Services) -> None:
    with served({"/": ("text/html", SNIPPET.replace("/demo", "/other").replace('"demo"', '"other"'))}) as port:
        add_clinic(services, "other", f"http://localhost:{port}")
        assert run("doctor", "--clinic", "other", "--page", f"http://localhost:{port}/").exit_code == 0


def test_in_production_nothing_of_our_surroundings_is_read(run: Run) -> None:
    with served({"/": ("text/html", SNIPPET)}) as port:
        for page in (f"http://localhost:{port}/", "http://localhost/"):
            said = refused(run("doctor", "--page", page, **PRODUCTION))
            assert "usual ports" in said or "private network" in said


def test_a_page_that_is_not_there_is_said(run: Run) -> None:
    assert "no file nowhere.html" in refused(run("doctor", "--page", "nowhere.html"))


def test_with_several_clinics_one_has_to_be_named(run: Run, services: Services) -> None:
    add_clinic(services, "other")
    assert "--clinic SLUG" in refused(run("doctor", "--page", write(SNIPPET)))
    assert refused(run("doctor", "--clinic", "none", "--page", write(SNIPPET))) == "There is no clinic none."
