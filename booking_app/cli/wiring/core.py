"""What every part stands on."""

from dataclasses import dataclass

from booking_app.core.clock import Clock
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
