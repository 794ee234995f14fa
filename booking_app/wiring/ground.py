"""What every part stands on."""

from dataclasses import dataclass

from booking_app.clock import Clock
from booking_app.db import Database
from booking_app.sealing import Keyring, SigningKey
from booking_app.settings import Settings


@dataclass(frozen=True)
class Ground:
    """What everything else stands on."""

    settings: Settings
    database: Database
    clock: Clock
    keyring: Keyring
    signing_key: SigningKey
