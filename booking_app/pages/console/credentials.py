"""Checking a password: as slowly for an account that does not exist as for one that does, and not too often."""

from flask_security import hash_password, verify_and_update_password

from booking_app.clinics.sign_ins import TooManyTries
from booking_app.pages.console import security
from booking_app.pages.console.accounts import Account
from booking_app.pages.console.devices import failure_key
from booking_app.pages.console.one_time_codes import is_right, normal_recovery_code
from booking_app.pages.shared import use_cases


class WrongCredentials(Exception):
    """No account has this address and this password."""


def check_password(email: str, password: str) -> Account:
    """The account. Raises WrongCredentials, TooManyTries."""
    found = security.account(email=email)
    key = failure_key(email, found)
    use_cases().sign_ins.begin(key, use_cases().clock.now())
    typed = security.normal_password(password)
    if found is None or found.password is None or not found.active:
        hash_password(typed)  # takes the time of a check, so that nobody learns which addresses have accounts
        raise WrongCredentials
    if not verify_and_update_password(typed, found):
        raise WrongCredentials
    use_cases().sign_ins.succeeded(key)
    return found


def check_code(account: Account, typed: str) -> bool:
    """Whether this is the code of the person's app, or one of their recovery codes; used up by that.

    Raises TooManyTries. The count is of the account on every device: only who has the password comes this far.
    """
    key = failure_key(f"code {account.email}", None)
    use_cases().sign_ins.begin(key, use_cases().clock.now())
    secret = use_cases().factors.secret_of(account.id)
    is_taken = secret is None or is_right(account, secret, typed)
    if not is_taken and not use_cases().factors.spend_code(account.id, normal_recovery_code(typed)):
        return False
    use_cases().sign_ins.succeeded(key)
    return True


def waiting(error: TooManyTries) -> str:
    """The refusal in words."""
    seconds = max(round(error.wait.total_seconds()), 1)
    span = f"{seconds} second{'' if seconds == 1 else 's'}" if seconds < 90 else f"{round(seconds / 60)} minutes"
    return (
        f"There were too many tries for this address. Wait {span}, use a device you have signed in from before, "
        "or set a new password by a link from an owner of your clinic."
    )
