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
    roles: list[RoleMixin] = field(default_factory=list)  # roles belong to a clinic: see `access.py`


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
        """Keep the password and the key that is in every session of the person."""
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
    )
