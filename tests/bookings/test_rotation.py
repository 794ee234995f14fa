"""Key rotation over the data of a whole booking: nothing sealed is forgotten, and nothing is lost."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select

from booking_app.accounting.models import AccountingToken
from booking_app.bookings.blocks import Block
from booking_app.bookings.drafts import find
from booking_app.bookings.models import Booking
from booking_app.bookings.patient_records.changing import plan_change
from booking_app.bookings.returning.known import Known
from booking_app.cli.key_rotation import rotate, sealed_columns
from booking_app.clinics.audit import Author
from booking_app.clinics.factors import Factors
from booking_app.clinics.staff import Staff
from booking_app.core.sealing import Keyring, Unsealable, new_sealing_key
from booking_app.deposits.models import Deposit, DepositState
from booking_app.migrations import tables
from tests.bookings.conftest import NINE, SIGNATURE, Desk, choose, details

NOT_SEALED = {"clinic_file.content", "seal_key.public_key"}  # a public picture, a public key


def test_every_column_of_bytes_is_rotated_or_known_to_be_public() -> None:
    bytes_columns = {
        f"{table.name}.{column.name}"
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert bytes_columns - {f"{table.name}.{name}" for table, name in sealed_columns()} == NOT_SEALED


@pytest.fixture
def worked(desk: Desk) -> str:
    """Every sealed column has a value: an open draft's token is returned."""
    desk.set_rules(attach_signature_png=True, ask_before_double_booking=False)
    desk.book(waiver_versions=desk.publish_waiver(), signature=SIGNATURE)
    desk.practice.patients[0] = replace(desk.practice.patients[0], phones=("0491 570 158",))
    desk.book(choose(NINE, practitioner_id="p2"))
    desk.work()
    add_second_factor(desk)
    token = desk.ready(choose(NINE.replace(minute=0, hour=23)))
    with desk.database.begin() as session:
        session.scalars(select(Booking)).all()[0].sealed_join_url = desk.keyring.seal(b"https://example.com/visit")
        plan_change(session, desk.keyring, desk.bookings()[0], {"phone": "0491 570 158"}, desk.clock.now())
        session.scalars(select(Booking)).all()[0].sealed_messages = desk.keyring.seal_json([])
        find(session, desk.clinic, token, desk.clock.now()).sealed_known = desk.keyring.seal_json(Known().to_json())
        sealed = {name: desk.keyring.seal_json({"state": name}) for name in ("sealed_pair", "sealed_asking")}
        session.add(AccountingToken(connection_id=1, fence=0, **sealed))
        session.add(deposit_of(desk))
        label, now = desk.keyring.seal(b"example.com"), desk.clock.now()
        session.add(
            Block(clinic_id=desk.clinic.id, kind="domain", mark="m", sealed_label=label, created_at=now, ends_at=now)
        )
    return token


def deposit_of(desk: Desk) -> Deposit:
    """A deposit whose page is open: who pays, and where, is sealed."""
    now, sealed = desk.clock.now(), desk.keyring.seal_json({"payer": "Nora"})
    return Deposit(
        clinic_id=desk.clinic.id, connection_id=1, vendor="stripe", reference="BK-7F3K2M9Q", pay_hash="p", draft_id=1,
        draft_hash="d", family="f", service_id="7", state=DepositState.OPEN, amount=Decimal(50), currency="AUD",
        policy={}, sealed_checkout=sealed, sealed_payer=sealed, opened_at=now, expires_at=now,
    )  # fmt: skip


def add_second_factor(desk: Desk) -> None:
    """Somebody of the clinic signs in to the console with an app that shows codes."""
    with desk.database.begin() as session:
        staff = Staff(email="front.desk@example.com", session_key="synthetic", created_at=desk.clock.now())
        session.add(staff)
        session.flush()
        staff_id = staff.id
    factors = Factors(desk.database, desk.keyring)
    factors.turn_on(Author(staff_id, desk.clock.now()), staff_id, "JBSWY3DPEHPK3PXP", ["a-code", "another"])


def sealed_values(desk: Desk) -> dict[str, list[bytes]]:
    with desk.database.reading() as session:
        return {
            f"{table.name}.{name}": [
                value for value in session.scalars(select(table.c[name]).order_by(table.c.id)) if value is not None
            ]
            for table, name in sealed_columns()
        }


def opened(values: dict[str, list[bytes]], keyring: Keyring) -> dict[str, list[bytes]]:
    return {name: [keyring.unseal(value) for value in column] for name, column in values.items()}


def test_afterwards_the_new_key_alone_opens_everything(desk: Desk, worked: str) -> None:
    before = opened(sealed_values(desk), desk.keyring)
    empty = [name for name, values in before.items() if not values]
    assert empty == [], "every sealed column has something to rotate"
    new = Keyring([new_sealing_key()])
    rotate(desk.database, both(new, desk.keyring), lambda done, of: None)
    assert opened(sealed_values(desk), new) == before
    with pytest.raises(Unsealable):
        opened(sealed_values(desk), desk.keyring)


def test_patients_notice_nothing(desk: Desk, worked: str) -> None:
    new = Keyring([new_sealing_key()])
    rotate(desk.database, both(new, desk.keyring), lambda done, of: None)
    after = replace(desk, keyring=new)
    assert after.drafts.load(desk.clinic, worked).details == details()
    assert after.confirm(worked).state == "confirmed"


def test_progress_is_told_up_to_the_end(desk: Desk, worked: str) -> None:
    told: list[tuple[int, int]] = []
    count = rotate(desk.database, desk.keyring, lambda done, of: told.append((done, of)))
    assert told[-1] == (count, count)
    assert told == sorted(told)


def both(new: Keyring, old: Keyring) -> Any:
    """The keys as they are set while rotating: the new one first."""
    keyring = Keyring([new_sealing_key()])
    keyring._fernet = type(keyring._fernet)([*new._fernet._fernets, *old._fernet._fernets])
    return keyring
