"""Checking a password: as slowly for an account that does not exist as for one that does, and not too often."""

from flask_security import hash_password, verify_and_update_password

from booking_app.console import security
from booking_app.console.accounts import Account
from booking_app.console.devices import failure_key
from booking_app.web import front


class WrongCredentials(Exception):
    """No account has this address and this password."""


def check_password(email: str, password: str) -> Account:
    """The account. Raises WrongCredentials, TooManyTries."""
    found = security.account(email=email)
    key = failure_key(email, found)
    front().sign_ins.begin(key, front().clock.now())
    typed = security.normal_password(password)
    if found is None or found.password is None or not found.active:
        hash_password(typed)  # takes the time of a check, so that nobody learns which addresses have accounts
        raise WrongCredentials
    if not verify_and_update_password(typed, found):
        raise WrongCredentials
    front().sign_ins.succeeded(key)
    return found
