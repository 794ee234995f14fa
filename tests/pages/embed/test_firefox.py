"""The whole booking in Debian's Firefox, in a clinic's page, with everything refused that a frame keeps elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.pages.embed.conftest import Hosts
from tests.pages.embed.firefox import Firefox, firefox_path, running_firefox
from tests.pages.embed.visitor import CATEGORY, SERVICE

IS_DEBIAN = Path("/etc/debian_version").exists()
pytestmark = pytest.mark.skipif(
    firefox_path() is None and not IS_DEBIAN, reason="only Debian packages a Firefox that can be driven"
)

CONTROL = "//*[@id=//label[starts-with(normalize-space(.), '{}')]/@for]"
TIME = "//label[.//input[@name='slot']]"
FIRST_TIME = f"({TIME} | //a[normalize-space(.)='Later dates'][not({TIME})])[1]"
HAS_TIME = "return Boolean(document.querySelector('input[name=slot]:checked'))"
LEFT = """return [...document.querySelectorAll(":is(input, select, textarea)[required]")]
  .filter((control) => control.checkVisibility() && (control.type === "checkbox" ? !control.checked :
    control.type === "radio" ? ![...document.getElementsByName(control.name)].some((one) => one.checked) :
    !control.value))
  .map((control) => [control.id, control.type])"""
STORED = """try { localStorage.setItem("x", "1"); return "kept"; } catch (error) { return error.name; }"""


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with running_firefox(tmp_path_factory.mktemp("firefox")) as running:
        yield running


def sees(firefox: Firefox, heading: str) -> None:
    firefox.finds(f"//h1[normalize-space()='{heading}']")


def presses(firefox: Firefox, name: str) -> None:
    firefox.clicks(f"//button[normalize-space()='{name}']")


def books(firefox: Firefox) -> str:
    """From the first step to the last, in whatever page or frame the browser is; gives the reference."""
    sees(firefox, "Choose a category")
    firefox.clicks(f"//a[starts-with(normalize-space(.), '{CATEGORY}')]")
    sees(firefox, "Choose a service")
    firefox.clicks(f"//a[starts-with(normalize-space(.), '{SERVICE}')]")
    sees(firefox, "Choose a date and time")
    while not firefox.runs(HAS_TIME):
        firefox.clicks(FIRST_TIME)
    presses(firefox, "Continue")
    sees(firefox, "Your details")
    fills_in(firefox)
    presses(firefox, "Continue")
    sees(firefox, "Check and confirm")
    presses(firefox, "Confirm booking")
    sees(firefox, "Booking confirmed")
    return str(firefox.runs("return document.body.innerText.match(/BK-[0-9A-Z]{8}/)[0]"))


def fills_in(firefox: Firefox) -> None:
    for label, value in (
        ("First name", "Pat"),
        ("Last name", "Sample"),
        ("Email", "pat.firefox@example.com"),
        ("Mobile phone", "0412 345 678"),
        ("Day", "17"),
        ("Month", "5"),
        ("Year", "1984"),
    ):
        firefox.types(CONTROL.format(label), value)
    presses(firefox, "Continue")
    screen_of(firefox, "Questions")
    answers_all(firefox)
    presses(firefox, "Continue")
    screen_of(firefox, "Agreement and signature")
    firefox.clicks(CONTROL.format("Type my name instead"))
    firefox.types(CONTROL.format("Your full name"), "Pat Sample")
    answers_all(firefox)


def screen_of(firefox: Firefox, name: str) -> None:
    firefox.finds(f"//h2[normalize-space()='{name}']")


def answers_all(firefox: Firefox) -> None:
    while left := firefox.runs(LEFT):
        answers(firefox, *left[0])


def answers(firefox: Firefox, control: str, kind: str) -> None:
    place = f"//*[@id='{control}']"
    if kind in ("checkbox", "radio"):
        firefox.clicks(place)
    elif kind == "select-one":
        firefox.clicks(f"{place}/option[2]")
    else:
        firefox.types(place, {"date": "2020-01-31", "number": "3"}.get(kind, "No"))


def opened(firefox: Firefox, hosts: Hosts, path: str) -> Any:
    firefox.leaves_frame()
    firefox.goes_to(hosts.allowed + path)
    firefox.enters_frame()


@pytest.mark.parametrize("path", ["/plain", "/strict"])
def test_a_whole_booking_is_made_inside_the_clinics_page(hosts: Hosts, firefox: Firefox, path: str) -> None:
    opened(firefox, hosts, path)
    assert firefox.runs(STORED) == "SecurityError"
    reference = books(firefox)
    firefox.leaves_frame()
    firefox.finds("//*[@data-booking='ready']/ancestor::clinic-booking")
    assert firefox.runs("return told.filter(([type]) => type === 'booked')") == [["booked", {"reference": reference}]]
    assert firefox.runs("return document.querySelector('iframe').offsetHeight") >= 320
