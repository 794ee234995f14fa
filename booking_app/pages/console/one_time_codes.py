"""Codes of an authenticator app (TOTP): Flask-Security's, with our clock, our sealing and each code good once."""

from functools import cache

import segno
from flask_security import Totp, UserMixin
from passlib.exc import UsedTokenError
from passlib.totp import TOTP, TotpMatch

from booking_app.pages.console.accounts import Account
from booking_app.pages.shared import use_cases

ISSUER = "Booking console"
CLOCK_DRIFT_SECONDS = 30
RECOVERY_CODES = 10


class OneTimeCodes(Totp):
    """The secret is sealed by us where it is stored, so here it is plain."""

    def __init__(self) -> None:
        self._totp = TOTP.using(issuer=ISSUER, now=lambda: use_cases().clock.now().timestamp())

    def generate_totp_secret(self) -> str:
        return str(self._totp.new().to_json(encrypt=False))

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The address for the app as a picture that stands in the page itself."""
        picture = segno.make(self.get_totp_uri(username, totp), error="m")
        return str(picture.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Use the code up. Raises a TokenError where that was done already, also at the same moment."""
        if not use_cases().factors.spend_counter(user.id, tmatch.counter):
            raise UsedTokenError


@cache
def codes() -> OneTimeCodes:
    """The codes of this process."""
    return OneTimeCodes()


def is_right(account: Account, secret: str, typed: str) -> bool:
    """Whether this is the code of now, or of the half minute before or after; it is used up by that."""
    digits = "".join(typed.split())
    return bool(codes().verify_totp(digits, secret, account, window=CLOCK_DRIFT_SECONDS))


def new_recovery_codes() -> list[str]:
    return list(codes().generate_recovery_codes(RECOVERY_CODES))


def normal_recovery_code(typed: str) -> str:
    """A recovery code as it is kept, however somebody copied it."""
    letters = "".join(character for character in typed.lower() if character.isalnum())
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))
