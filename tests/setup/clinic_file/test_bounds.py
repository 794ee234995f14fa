"""A clinic's file that would cost gigabytes or minutes is refused in a sentence, before it is parsed."""

import tomllib
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.setup.clinic_file.bounds import MOST_DEPTH, MOST_DOTS, Measured, TooMuch
from booking_app.setup.clinic_file.lines import key_lines
from booking_app.setup.clinic_file.problems import ClinicFileInvalid
from booking_app.setup.clinic_file.reading import read_clinic_file
from tests.setup.clinic_file.conftest import CLINIC, EXAMPLES
from tests.setup.clinic_file.test_lines import TRICKY

Write = Callable[[str], Any]
BOMBS = {
    "a dotted key": ".".join("a" * 20_000) + " = 1",
    "a dotted header": f"[{'.'.join('a' * 20_000)}]",
    "a dotted key in a table": "x = { " + ".".join("a" * 20_000) + " = 1 }",
    "quoted dots": ".".join(['"a"'] * 10_000) + " = 1",
    "deep arrays": "x = " + "[" * 20_000 + "]" * 20_000,
    "deep tables": "x = " + "{a=" * 5_000 + "1" + "}" * 5_000,
    "open arrays": "x = " + "[" * 400_000,
    "a huge integer": "x = " + "9" * 400_000,
    "a huge hexadecimal": "x = 0x" + "f" * 400_000,
    "a huge fraction": "x = 1." + "9" * 400_000,
    "a huge exponent": "x = 1e" + "9" * 400_000,
    "many keys": "\n".join(f"k{number} = 1" for number in range(60_000)),
    "many tables": "\n".join(f"[[services]]\ncliniko_id = '{number}'" for number in range(25_000)),
    "many items": "x = [" + "1," * 300_000 + "]",
    "many items of our own": "[[crm]]\nvendor = 'hubspot'\ntoken_env = 'X'\ntags = [" + "'a'," * 15_000 + "]",
    "many entries": "\n".join(f"[[services]]\ncliniko_id = '{number}'" for number in range(6_000)),
    "many unknown keys": "\n".join(f"k{number} = 1" for number in range(15_000)),
    "behind an odd string": 'a = """x""""\nb = ' + "[" * 20_000,
    "behind an escaped string": 'a = "x\\""\nb = ' + "[" * 20_000,
    "many strings without an end": "a = " + '\\"""' * 200_000,
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_what_would_cost_minutes_or_gigabytes_is_refused_in_a_sentence(text: str, write: Write) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ClinicFileInvalid) as refused:
            read_clinic_file(write(CLINIC + text), environ={"CLINIKO_API_KEY": "x"})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000
    assert len(str(refused.value)) < 100_000 and len(refused.value.problems) <= 200


@pytest.mark.parametrize("text", [TRICKY, *(path.read_text() for path in sorted(EXAMPLES.glob("*/clinic.toml")))])
def test_a_sound_file_is_let_through(text: str) -> None:
    Measured(text).check()


def test_a_key_that_nobody_knows_is_told_in_short(write: Write) -> None:
    with pytest.raises(ClinicFileInvalid) as refused:
        read_clinic_file(write(CLINIC.replace("[cliniko]", '"' + "k" * 500_000 + '" = 1\n[cliniko]')), environ=None)
    assert len(str(refused.value)) < 2000


PIECES = ["[", "]", "{", "}", ".", "=", ",", "\n", "#", '"', "'", '"""', "'''", "\\", "a", "9", " ", "1979-05-27"]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_whatever_is_let_through_is_read_or_refused_by_the_parser_and_by_nothing_else(text: str) -> None:
    try:
        Measured(text).check()
        value = tomllib.loads(text)
    except (TooMuch, tomllib.TOMLDecodeError):
        return
    assert depth(value) <= MOST_DEPTH + MOST_DOTS * 2 + 2
    key_lines(text)


def depth(value: Any) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inside), default=0)
