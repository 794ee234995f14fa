"""What every part stands on."""

from dataclasses import dataclass

from booking_app.core.clock import Clock
from booking_app.core.database_clock import clock_of
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring, SigningKey
from booking_app.core.settings import Settings


@dataclass(frozen=True)
class Core:
    """What everything else stands on."""

    settings: Settings
    database: Database
    clock: Clock
    keyring: Keyring
    signing_key: SigningKey


def open_core(settings: Settings, database: Database, clock: Clock | None) -> Core:
    """Of these settings; without a clock, the database's own."""
    return Core(
        settings=settings,
        database=database,
        clock=clock or clock_of(database),
        keyring=Keyring(settings.encryption_keys),
        signing_key=SigningKey.from_hex(settings.seal_key),
    )
