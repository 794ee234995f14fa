"""Our staff as Flask-Security wants to see them: a user that it can check, sign in and sign out."""

from dataclasses import dataclass, field
from typing import Any

from flask_security import RoleMixin, UserMixin
from flask_security.datastore import UserDatastore
from sqlalchemy import select

from booking_app.clinics.staff import Staff
from booking_app.core.db import Database


@dataclass(eq=False)
class Account(UserMixin):
    """A person's account for the length of a request. The names are Flask-Security's."""

    id: int
    email: str
    password: str | None
    active: bool
    fs_uniquifier: str = ""
    has_second_factor: bool = False
    is_proven: bool = False  # whoever set the password was shown to be the person
    session_key: str = ""  # of the session that asks; empty before there is one
    roles: list[RoleMixin] = field(default_factory=list)  # roles belong to a clinic: see `access.py`

    def get_id(self) -> str:
        """What stands in the cookie: the key of a session that the server can end."""
        return self.session_key


class Accounts(UserDatastore):
    """Where Flask-Security finds accounts and puts them back; each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        super().__init__(Account, None)  # type: ignore[arg-type]
        self._database = database

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> Account | None:
        """The account with this `fs_uniquifier`, `email` or `id`."""
        ((name, value),) = wanted.items()
        column = {"fs_uniquifier": Staff.session_key, "email": Staff.email, "id": Staff.id}[name]
        value = value.strip().lower() if name == "email" else value
        with self._database.reading() as session:
            staff = session.scalar(select(Staff).where(column == value))
        return _account(staff) if staff else None

    def put(self, account: Account) -> Account:
        """Keep a password that was hashed anew; setting another one is the business of `clinics.accounts`."""
        with self._database.begin() as session:
            staff = session.get_one(Staff, account.id)
            staff.password_hash = account.password
            staff.session_key = account.fs_uniquifier
        return account

    def commit(self) -> None:
        """Every put has committed already."""


def _account(staff: Staff) -> Account:
    return Account(
        id=staff.id,
        email=staff.email,
        password=staff.password_hash,
        active=staff.is_active,
        fs_uniquifier=staff.session_key,
        has_second_factor=staff.sealed_totp is not None,
        is_proven=staff.proven_at is not None,
    )
