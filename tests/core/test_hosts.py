"""Hosts and origins: what comes out can stand in a header, whatever went in."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from booking_app.core.hosts import is_host, origin_in

SAFE = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])(?::[1-9][0-9]{0,4})?")
PIECES = st.sampled_from(
    [
        "https://",
        "http://",
        "javascript:",
        "a.example",
        "é.example",
        "[::1]",
        ":8443",
        ":",
        "/",
        ";",
        " ",
        ",",
        "'self'",
        "*",
        "script-src",
        "\n",
        "\t",
        "@",
        "?",
        "#",
        "%",
        "\\",
        "xn--",
        "..",
        "\u3002",
        "\uff0e",
        "ß",
        "\u200b",
        "443",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=8).map("".join)))
@example("https://a.example; script-src *")
@example("https://a.example,https://b.example")
@example("https://a.example https://b.example")
@example("https://\u3002.example;")
def test_an_origin_is_written_anew_or_not_at_all(text: str) -> None:
    origin = origin_in(text)
    if origin is not None:
        assert SAFE.fullmatch(origin)
        assert origin_in(origin) == origin, "a second reading changes nothing"


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.clinic.example", "https://www.clinic.example"),
        ("HTTPS://WWW.Clinic.Example:443", "https://www.clinic.example"),
        ("http://localhost:8701", "http://localhost:8701"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(text: str, origin: str) -> None:
    assert origin_in(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "clinic.example",
        "https://",
        "https://a.example/",
        "https://a.example/x",
        "https://u@a.example",
        "https://a:0",
        "https://a.example?",
        "https://a.example#",
        "https://a.example:99999",
        "ftp://a.example",
        "https://*.example",
        "https://a.example;",
        "https://a b",
        "https://a,b",
        "https://a..b",
        "https://[::1",
        "https://[x]",
        "null",
        "'self'",
        f"https://{'a' * 64}.example",
        "https://a.example\n",
    ],
    ids=ascii,
)
def test_what_is_no_origin_is_none(text: str) -> None:
    assert origin_in(text) is None


@given(st.text(max_size=300))
def test_a_host_holds_nothing_that_could_end_a_header(text: str) -> None:
    if is_host(text):
        assert re.fullmatch(r"[A-Za-z0-9._:\[\]-]{1,300}", text)
