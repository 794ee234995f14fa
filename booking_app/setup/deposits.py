"""A clinic's ways to pay: connected by a key that is tried first, never shown again, and removed."""

from collections.abc import Callable
from dataclasses import dataclass

from booking_app.clinics.audit import Author, record
from booking_app.clinics.connections import connections_of, resume
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.amounts import currency_of
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.deposits.registry import Cashiers
from booking_app.deposits.vendors.contract import CashAccount
from booking_app.deposits.vendors.registered import SPECS
from booking_app.deposits.vendors.stripe.client import Stripe
from booking_app.setup.checking import SettingsInvalid

LONGEST = 400
TRY_SECONDS = 10.0
NOT_REACHED = "could not be tried just now. Try again in a minute"
SENTENCES = {
    "stripe_token_unusable": "must be a restricted key of Stripe: it begins with rk_live_ or rk_test_",
    "stripe_401": "is refused by Stripe. Copy it again, whole",
    "stripe_403": "may not read the account. Give the key the permissions that stand beside the box",
    "stripe_test_key_in_production": "is for testing and moves no real money. Use a live key",
}


@dataclass(frozen=True)
class ConnectedMethod:
    """One way to pay as the console shows it."""

    connection: Connection
    title: str
    is_test: bool
    hears: bool
    account: str
    currency: str


class DepositMethods:
    """By clinic and vendor. `replay` has what was parked for a connection tried again. Every verb commits."""

    def __init__(
        self, *, database: Database, keyring: Keyring, cashiers: Cashiers, replay: Callable[[int], int],
        monotonic: Callable[[], float], base_url: str,
    ) -> None:  # fmt: skip
        self._database = database
        self._keyring = keyring
        self._cashiers = cashiers
        self._replay = replay
        self._monotonic = monotonic
        self._base_url = base_url

    def all(self, clinic: Clinic) -> tuple[ConnectedMethod, ...]:
        with self._database.reading() as session:
            rows = [row for row in connections_of(session, clinic.id) if row.vendor in SPECS]
        return tuple(self._shown(row) for row in rows)

    def connect(self, author: Author, clinic: Clinic, vendor: str, secret: str) -> None:
        """Take a key in place of the one before, if it works and is of the clinic's currency.

        Where Stripe lets us, it is asked to report to this clinic from now on. Raises SettingsInvalid, LookupError for
        a vendor that nobody knows.
        """
        spec, secret = SPECS[vendor], secret.strip()
        if not secret or len(secret) > LONGEST or not secret.isprintable() or " " in secret:
            raise SettingsInvalid({"secret": "must be the key, copied whole"})
        account = self._tried(clinic, vendor, secret)
        hook = self._hook(clinic, vendor, secret)
        with self._database.begin() as session:
            row = next(iter(connections_of(session, clinic.id, vendor)), None)
            row = row or Connection(clinic_id=clinic.id, vendor=vendor)
            row.secret = self._keyring.seal(" ".join(filter(None, (secret, hook))).encode())
            row.config = {"account": account.account_id, "currency": account.currency}
            row.secret_env = ""
            session.add(row)
            session.flush()
            resume(session, row.id)
            said = {"vendor": spec.title, "account": account.account_id, "secret": "replaced"}
            record(session, author, clinic.id, "deposit.method_connected", after=said)
            connection_id = row.id
        self._replay(connection_id)

    def test(self, clinic: Clinic, vendor: str) -> str:
        """Whose account it is, or why it does not work, in a sentence. Raises LookupError."""
        row = self._required(clinic, vendor)
        try:
            account = self._account(self._cashiers.secrets(row)[0], vendor)
        except RemoteFailure as failure:
            return f"This key {_said(failure)}."
        mode = "live" if account.is_live else "test mode"
        can = "" if account.can_charge else " Stripe does not let this account take payments yet."
        return f"It works: account {account.account_id}, {account.currency}, {mode}.{can}"

    def remove(self, author: Author, clinic: Clinic, vendor: str) -> None:
        """Forget it and its key; money under way that needs it waits for a person. Raises LookupError."""
        row = self._required(clinic, vendor)
        with self._database.begin() as session:
            session.delete(session.get_one(Connection, row.id))
            record(session, author, clinic.id, "deposit.method_removed", before={"vendor": SPECS[vendor].title})

    def _tried(self, clinic: Clinic, vendor: str, secret: str) -> CashAccount:
        try:
            account = self._account(secret, vendor)
        except RemoteFailure as failure:
            raise SettingsInvalid({"secret": _said(failure)}) from failure
        wanted = currency_of(clinic.region)
        if account.currency != wanted:
            raise SettingsInvalid(
                {"secret": f"is of an account in {account.currency}; this clinic charges in {wanted}"}
            )
        return account

    def _account(self, secret: str, vendor: str) -> CashAccount:
        return self._cashiers.trial(vendor, secret).within(deadline=self._ends_at(), before_write=None).whoami()

    def _hook(self, clinic: Clinic, vendor: str, secret: str) -> str:
        """The secret of the messages that Stripe sends from now on; "" where it does not let us ask for them."""
        cashier = self._cashiers.trial(vendor, secret).within(deadline=self._ends_at(), before_write=None)
        if not isinstance(cashier, Stripe):
            return ""
        try:
            return cashier.report_to(f"{self._base_url}/hooks/stripe/{clinic.slug}")
        except RemoteFailure:
            return ""  # payments are found by asking, some minutes later

    def _ends_at(self) -> float:
        return self._monotonic() + TRY_SECONDS

    def _required(self, clinic: Clinic, vendor: str) -> Connection:
        with self._database.reading() as session:
            row = next(iter(connections_of(session, clinic.id, vendor)), None)
        if row is None or vendor not in SPECS:
            raise LookupError(vendor)
        return row

    def _shown(self, row: Connection) -> ConnectedMethod:
        secrets = self._cashiers.secrets(row)
        return ConnectedMethod(
            connection=row,
            title=SPECS[row.vendor].title,
            is_test=not SPECS[row.vendor].is_live_secret(secrets[0]),
            hears=len(secrets) > 1,
            account=str(row.config.get("account", "")),
            currency=str(row.config.get("currency", "")),
        )


def _said(failure: RemoteFailure) -> str:
    return SENTENCES.get(failure.code) or SENTENCES.get(failure.code.partition(":")[0]) or NOT_REACHED
