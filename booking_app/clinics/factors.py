"""Second factors: the secret that an authenticator app shares with us and the codes for a lost phone, both sealed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from booking_app.clinics.audit import Author, record
from booking_app.clinics.staff import Membership, Staff
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring


class Factors:
    """The second factors of people. Every verb commits; changes are written down at each clinic of the person."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def secret_of(self, staff_id: int) -> str | None:
        """The shared secret; None for whoever signs in by password alone."""
        with self._database.reading() as session:
            sealed = session.get_one(Staff, staff_id).sealed_totp
        return self._keyring.unseal(sealed).decode() if sealed else None

    def turn_on(self, author: Author, staff_id: int, secret: str, codes: Sequence[str]) -> None:
        """From now on a code is asked for; the recovery codes replace earlier ones."""
        with self._database.begin() as session:
            staff = session.get_one(Staff, staff_id)
            staff.sealed_totp = self._keyring.seal(secret.encode())
            staff.sealed_recovery_codes = self._keyring.seal_json(list(codes))
            record_everywhere(session, author, staff_id, "account.second_factor_on")

    def turn_off(self, author: Author, staff_id: int) -> None:
        with self._database.begin() as session:
            staff = session.get_one(Staff, staff_id)
            staff.sealed_totp = staff.sealed_recovery_codes = None
            record_everywhere(session, author, staff_id, "account.second_factor_off", {"person": staff.email})

    def replace_codes(self, author: Author, staff_id: int, codes: Sequence[str]) -> None:
        """New recovery codes; the old ones are good no more."""
        with self._database.begin() as session:
            session.get_one(Staff, staff_id).sealed_recovery_codes = self._keyring.seal_json(list(codes))
            record_everywhere(session, author, staff_id, "account.codes_replaced")

    def codes_left(self, staff_id: int) -> int:
        with self._database.reading() as session:
            return len(self._codes(session.get_one(Staff, staff_id)))

    def spend_counter(self, staff_id: int, counter: int) -> bool:
        """Whether this code's time step was not used before; each is good for one sign-in, also for two at once."""
        is_new = or_(Staff.totp_counter.is_(None), Staff.totp_counter < counter)
        with self._database.begin() as session:
            spent: Any = session.execute(update(Staff).where(Staff.id == staff_id, is_new).values(totp_counter=counter))
        return bool(spent.rowcount == 1)

    def spend_code(self, staff_id: int, code: str) -> bool:
        """Whether this is one of the person's recovery codes; it is used up by that."""
        with self._database.begin() as session:
            staff = session.scalars(select(Staff).where(Staff.id == staff_id).with_for_update()).one()
            codes = self._codes(staff)
            if code not in codes:
                return False
            staff.sealed_recovery_codes = self._keyring.seal_json([each for each in codes if each != code])
        return True

    def _codes(self, staff: Staff) -> list[str]:
        return list(self._keyring.unseal_json(staff.sealed_recovery_codes)) if staff.sealed_recovery_codes else []


def record_everywhere(
    session: Session, author: Author, staff_id: int, action: str, after: dict[str, Any] | None = None
) -> None:
    """Write a change of a person's own account down at each of their clinics; the caller commits."""
    for clinic_id in session.scalars(select(Membership.clinic_id).where(Membership.staff_id == staff_id)).all():
        record(session, author, clinic_id, action, after=after)
