"""Machines whose clocks differ agree on the database's."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import OperationalError

from booking_app.core.clock import FixedClock, SystemClock
from booking_app.core.database_clock import TRUSTED_SECONDS, DatabaseClock, clock_of
from booking_app.core.db import Database

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Server:
    """A database's machine; `own` is the clock of the machine that asks, `delay` the way there and back."""

    def __init__(self, own: FixedClock, *, ahead: float = 0.0, delay: float = 0.0) -> None:
        self._own = own
        self.ahead = timedelta(seconds=ahead)
        self._delay = delay
        self.is_away = False
        self.asked = 0

    def __call__(self) -> datetime:
        self.asked += 1
        if self.is_away:
            raise OperationalError("select", {}, OSError())
        self._own.advance(seconds=self._delay / 2)
        told = self._own.now() + self.ahead
        self._own.advance(seconds=self._delay / 2)
        return told


def test_a_machine_that_goes_wrong_tells_the_databases_time() -> None:
    own = FixedClock(NOW)
    clock = DatabaseClock(Server(own, ahead=300), own)
    assert clock.now() == NOW + timedelta(seconds=300)
    own.advance(seconds=7)
    assert clock.now() == NOW + timedelta(seconds=307)
    assert clock.monotonic() == own.monotonic()


def test_the_way_to_the_database_counts_half() -> None:
    own = FixedClock(NOW)
    clock = DatabaseClock(Server(own, ahead=300, delay=0.2), own)
    assert clock.now() == own.now() + timedelta(seconds=300)


def test_the_database_is_asked_once_in_a_while() -> None:
    own = FixedClock(NOW)
    server = Server(own)
    clock = DatabaseClock(server, own)
    for _ in range(10):
        clock.now()
    assert server.asked == 1
    server.ahead = timedelta(seconds=2)
    own.advance(seconds=TRUSTED_SECONDS)
    assert clock.now() == own.now() + server.ahead
    assert server.asked == 2


def test_a_database_that_is_away_stops_no_clock() -> None:
    own = FixedClock(NOW)
    server = Server(own, ahead=300)
    server.is_away = True
    clock = DatabaseClock(server, own)
    assert clock.now() == NOW
    server.is_away = False
    own.advance(seconds=TRUSTED_SECONDS)
    assert clock.now() == own.now() + server.ahead
    server.is_away = True
    own.advance(seconds=TRUSTED_SECONDS)
    assert clock.now() == own.now() + server.ahead, "what was known last goes on"


def test_every_kind_of_database_has_a_clock_that_goes_right(database_url: str) -> None:
    database = Database(database_url)
    try:
        told = clock_of(database).now()
        assert told.tzinfo is not None
        assert abs(told - SystemClock().now()) < timedelta(minutes=1)
    finally:
        database.dispose()
