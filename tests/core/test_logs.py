"""No name, answer, address or token reaches a log, whichever library wrote the line."""

import io
import json
import logging

import pytest
import structlog

from booking_app.core.logging import cut, set_up_logging


@pytest.fixture
def lines() -> "io.StringIO":
    stream = io.StringIO()
    before = logging.getLogger().handlers[:], logging.getLogger().level
    set_up_logging(development=False, stream=stream)
    yield stream  # type: ignore[misc]
    logging.getLogger().handlers[:], _ = before
    logging.getLogger().setLevel(before[1])
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("/b/demo/d/abcDEF123/details", "/b/demo/d/[cut]/details"),
        ("/manage/s3cret-token?x=1", "/manage/[cut]?x=1"),
        ("mail to pat.sample+x@example.com failed", "mail to [cut] failed"),
        ("/b/demo/times", "/b/demo/times"),
    ],
)
def test_tokens_and_addresses_are_cut_out_of_texts(text: str, kept: str) -> None:
    assert cut(text) == kept


def test_forbidden_keys_never_show_their_values(lines: io.StringIO) -> None:
    structlog.get_logger("x").info("saved", first_name="Pat", answers={"reason": "knee"}, booking_id=7)
    line = json.loads(lines.getvalue())
    assert (line["first_name"], line["answers"], line["booking_id"]) == ("[cut]", "[cut]", 7)


def test_lines_of_other_libraries_are_cut_too(lines: io.StringIO) -> None:
    logging.getLogger("werkzeug").warning("GET /b/demo/d/%s/check for pat@example.com", "tokentoken")
    assert "tokentoken" not in lines.getvalue()
    assert "pat@example.com" not in lines.getvalue()


def test_a_crash_is_logged_without_the_values_in_its_message(lines: io.StringIO) -> None:
    try:
        raise ValueError("bad value for pat@example.com at /manage/tokentoken")
    except ValueError:
        logging.getLogger("x").exception("unexpected")
    assert "pat@example.com" not in lines.getvalue()
    assert "tokentoken" not in lines.getvalue()


def test_a_crash_says_its_class_and_its_place(lines: io.StringIO) -> None:
    try:
        raise ValueError("pat@example.com")
    except ValueError:
        structlog.get_logger("x").exception("unexpected")
    line = json.loads(lines.getvalue())
    assert line["error"] == "ValueError"
    assert "test_logs.py" in line["where"][-1]
    assert "pat@example.com" not in lines.getvalue()
