"""Tokens nobody guesses and references people can read to each other."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.core.tokens import SignedTimes, hash_token, new_reference, new_token


def test_tokens_are_long_different_and_safe_in_a_path() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{27}", token) for token in tokens)


def test_a_stored_hash_does_not_give_the_token_away() -> None:
    assert hash_token("token") == hash_token("token")
    assert re.fullmatch(r"[0-9a-f]{64}", hash_token("token"))


def test_references_hold_no_look_alikes() -> None:
    for _ in range(200):
        assert re.fullmatch(r"BK-[2-9A-HJKMNP-TV-Z]{8}", new_reference().replace("U", "V"))
        assert not set(new_reference()[3:]) & set("01ILO")


AT = datetime(2026, 11, 30, 14, 5, 6, tzinfo=UTC)


def test_a_signed_time_is_good_for_its_purpose_and_what_it_is_bound_to() -> None:
    times = SignedTimes("a secret key of this installation", "form", "details", "draft-1")
    token = times.sign(AT)
    assert times.read(token) == AT
    assert re.fullmatch(r"[\w.-]+", token), "safe in a URL"
    others = [("form", "details", "draft-2"), ("form", "times", "draft-1"), ("preview", "details", "draft-1")]
    assert [SignedTimes("a secret key of this installation", *other).read(token) for other in others] == [None] * 3
    assert SignedTimes("another key altogether", "form", "details", "draft-1").read(token) is None


@pytest.mark.parametrize("token", ["", ".", "x", "6a.", ".sig", "é" * 5, "9" * 100_000, "\udcff", "6a.6a.6a", "\0.\0"])
def test_what_nobody_signed_is_no_time(token: str) -> None:
    assert SignedTimes("a secret key of this installation", "form").read(token) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_is_taken_for_a_signed_time(head: str, tail: str) -> None:
    times = SignedTimes("a secret key of this installation", "form")
    assert times.read(f"{head}.{tail}") is None
    assert times.read(f"{times.sign(AT)}{head}") in (None, AT)
