"""What of accounting waits for a person, clinic by clinic, for alerts: numbers and kinds, nothing of a patient."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.accounting.models import AccountingDifference, AccountingDocument, DocumentState
from booking_app.accounting.settings import VENDORS
from booking_app.clinics.models import Connection

AttentionKind = Literal["held", "differs"]
WORDS: dict[AttentionKind, str] = {
    "held": "Invoices cannot be posted to the accounting system yet",
    "differs": "Cliniko and the accounting system differ",
}
FIX: dict[AttentionKind, str] = {
    "held": "Open Money, Accounting, and look at the invoices that need attention: each says what to do.",
    "differs": "Open Money, Accounting, Compare both sides: each difference says what to do, or may be accepted.",
}


@dataclass(frozen=True)
class Attention:
    """One kind of thing at one clinic, with the numbers of the invoices it is about."""

    clinic_id: int
    kind: AttentionKind
    numbers: tuple[str, ...]


def attention(session: Session) -> Sequence[Attention]:
    """What was refused by the vendor is a parked task, and is told of as such. Reads only."""
    connections = session.execute(select(Connection.id, Connection.clinic_id).where(Connection.vendor.in_(VENDORS)))
    clinics = {row.id: row.clinic_id for row in connections}
    found: dict[tuple[int, AttentionKind], list[str]] = defaultdict(list)
    held = select(AccountingDocument.connection_id, AccountingDocument.number).where(
        AccountingDocument.connection_id.in_(clinics), AccountingDocument.state == DocumentState.HELD
    )
    for row in session.execute(held.order_by(AccountingDocument.id.desc())):
        found[clinics[row.connection_id], "held"].append(str(row.number))
    differs = select(AccountingDifference.connection_id, AccountingDifference.number).where(
        AccountingDifference.connection_id.in_(clinics),
        AccountingDifference.accepted_at.is_(None),
        AccountingDifference.kind != "not_posted",
    )
    for one in session.execute(differs.order_by(AccountingDifference.id.desc())):
        found[clinics[one.connection_id], "differs"].append(one.number)
    return [Attention(clinic_id, kind, tuple(numbers)) for (clinic_id, kind), numbers in found.items()]
