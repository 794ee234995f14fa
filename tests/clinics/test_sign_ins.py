"""Counting failed tries: many at one moment are many, and none waits for a moment that is no wait."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from booking_app.clinics.sign_ins import FREE_TRIES, SignIns, TooManyTries
from booking_app.core.db import Base, Database

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.fixture
def sign_ins(tmp_path: Path) -> SignIns:
    database = Database(f"sqlite:///{tmp_path / 'tries.sqlite3'}")
    Base.metadata.create_all(database.engine)
    return SignIns(database)


def test_two_at_one_moment_are_both_looked_at_whichever_is_counted_first(sign_ins: SignIns) -> None:
    """Each reads the clock before it waits for the other, so the one counted second may be the earlier."""
    sign_ins.begin("kim", NOW)
    sign_ins.begin("kim", NOW - timedelta(milliseconds=400))


def test_whoever_waits_waits_no_longer_because_of_a_clock_that_is_behind(sign_ins: SignIns) -> None:
    for _ in range(FREE_TRIES):
        sign_ins.begin("kim", NOW)
    with pytest.raises(TooManyTries) as refused:
        sign_ins.begin("kim", NOW - timedelta(seconds=30))
    assert refused.value.wait == timedelta(seconds=2)


def test_many_at_one_moment_are_counted_like_many_in_a_row(sign_ins: SignIns) -> None:
    for number in range(FREE_TRIES):
        sign_ins.begin("kim", NOW - timedelta(milliseconds=number))
    with pytest.raises(TooManyTries):
        sign_ins.begin("kim", NOW)
