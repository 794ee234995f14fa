"""What is kept of a patient's way to the booking page, whatever the page around it says."""

import pytest

from booking_app.bookings.attribution import attribution_of, marks_of

CLICKS = {"gclid": "Cj0-x_1", "gbraid": "0AAA", "wbraid": "1BBB", "fbclid": "IwAR.2", "msclkid": "c0ffee"}


def kept(**said: str) -> dict[str, str]:
    return attribution_of(said, has_consent=False)


def test_marks_path_and_host_are_kept() -> None:
    said = {"utm_source": "news", "utm_medium": "email", "landing_path": "/book", "referrer_host": "search.example"}
    assert kept(**said) == said


def test_click_ids_are_kept_with_consent_alone() -> None:
    assert attribution_of(CLICKS, has_consent=True) == CLICKS
    assert attribution_of(CLICKS, has_consent=False) == {}


def test_every_other_name_is_dropped() -> None:
    assert attribution_of({"email": "x", "service": "y", "consent": "granted", "utm_": "z"}, has_consent=True) == {}


def test_marks_are_one_printable_line_of_a_sane_length() -> None:
    assert kept(utm_campaign="a\n\x00b \u202e c" + "d" * 500)["utm_campaign"] == "a b c" + "d" * 195


def test_ten_marks_are_enough() -> None:
    assert len(marks_of({f"utm_{n}": "x" for n in range(30)})) == 10


@pytest.mark.parametrize("name", ["utm_content", "landing_path"])
@pytest.mark.parametrize("value", ["/u/pat@example.com", "pat@example.com"])
def test_what_may_be_an_email_address_is_dropped(name: str, value: str) -> None:
    assert kept(**{name: value}) == {}


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("/book?name=Pat", "/book"),
        ("/book#pain", "/book"),
        ("/book;jsessionid=1", "/book"),
        ("/" + "a" * 500, "/" + "a" * 199),
    ],
)
def test_a_landing_page_is_a_path_without_what_follows_it(said: str, path: str) -> None:
    assert kept(landing_path=said) == {"landing_path": path}


@pytest.mark.parametrize("said", ["https://clinic.example/x", "//clinic.example", "book", "/u/pat%40example.com", ""])
def test_what_is_no_path_is_dropped(said: str) -> None:
    assert kept(landing_path=said) == {}


def test_a_referrer_is_a_host_in_small_letters() -> None:
    assert kept(referrer_host="WWW.Search.Example") == {"referrer_host": "www.search.example"}


@pytest.mark.parametrize(
    "said", ["https://search.example", "search.example/q", "a b", "-a.example", "a..b", "pat@search.example", "a" * 130]
)
def test_what_is_no_host_is_dropped(said: str) -> None:
    assert kept(referrer_host=said) == {}


@pytest.mark.parametrize("said", ["x" * 256, "a b", "<img>", "é"])
def test_a_click_id_is_kept_whole_or_not_at_all(said: str) -> None:
    assert attribution_of({"gclid": said}, has_consent=True) == {}
