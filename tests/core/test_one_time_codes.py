"""Codes that are sent and typed in: right once, for a while, for what they were made for, and after few tries void."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from booking_app.core.clock import FixedClock
from booking_app.core.db import Database
from booking_app.core.one_time_codes import TRIES, OneTimeCode, OneTimeCodes, Verdict
from tests.databases import database_with_tables

WHO = ("booking", "draft", "pat@example.com")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with database_with_tables(database_url) as database:
        yield database


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))


@pytest.fixture
def codes(database: Database, clock: FixedClock) -> OneTimeCodes:
    return OneTimeCodes(database, clock, "a secret only for tests")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


def test_a_code_is_right_once(codes: OneTimeCodes) -> None:
    code = codes.new(*WHO)
    assert len(code) == 8
    assert code.isdigit()
    assert codes.check(*WHO, f" {code[:4]} {code[4:]}") is Verdict.RIGHT
    assert codes.check(*WHO, code) is Verdict.OVER


def test_after_five_tries_even_the_right_one_is_void(codes: OneTimeCodes) -> None:
    code = codes.new(*WHO)
    tried = [codes.check(*WHO, wrong(code)) for _ in range(TRIES)]
    assert tried == [Verdict.WRONG] * (TRIES - 1) + [Verdict.OVER]
    assert codes.check(*WHO, code) is Verdict.OVER


def test_after_ten_minutes_it_is_void(codes: OneTimeCodes, clock: FixedClock) -> None:
    code = codes.new(*WHO)
    clock.advance(minutes=10)
    assert codes.check(*WHO, code) is Verdict.OVER


def test_a_new_code_makes_the_one_before_void(codes: OneTimeCodes) -> None:
    first, second = codes.new(*WHO), codes.new(*WHO)
    if first != second:
        assert codes.check(*WHO, first) is Verdict.WRONG
    assert codes.check(*WHO, second) is Verdict.RIGHT


@pytest.mark.parametrize(
    "other",
    [
        ("sign-in", "draft", "pat@example.com"),
        ("booking", "another", "pat@example.com"),
        ("booking", "draft", "sam@example.com"),
    ],
)
def test_it_is_good_for_nothing_else(codes: OneTimeCodes, other: tuple[str, str, str]) -> None:
    code = codes.new(*WHO)
    assert codes.check(*other, code) is not Verdict.RIGHT


def test_nothing_stored_can_be_turned_back(codes: OneTimeCodes, database: Database, clock: FixedClock) -> None:
    code = codes.new(*WHO)
    with database.reading() as session:
        row = session.scalars(select(OneTimeCode)).one()
    stored = f"{row.subject_hash} {row.code_hash}"
    assert code not in stored
    assert "pat" not in stored
    clock.advance(minutes=11)
    codes.forget()
    with database.reading() as session:
        assert session.scalars(select(OneTimeCode)).all() == []
