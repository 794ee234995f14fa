"""What is asked for a booking, what is given back when it is cancelled, and the words for both. Pure.

This is the only place that computes an amount, and the only one that decides on a refund.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from booking_app.catalogue.records import ServiceView
from booking_app.clinics.models import Clinic
from booking_app.clinics.records import LateRule, TaxWord
from booking_app.core.amounts import AmountInvalid, currency_of, read_share


@dataclass(frozen=True)
class Policy:
    """The rules as the patient saw them, kept with the deposit: later changes of the clinic's do not touch it."""

    free_cancellation_hours: int
    late: LateRule
    keep_part: str | None
    refund_when_clinic_cancels: bool
    wording: str
    tax: TaxWord

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "version": self.version}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Policy":
        return cls(**{name: value for name, value in raw.items() if name != "version"})

    @property
    def version(self) -> str:
        """The same for the same rules and wording."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]

    def free_until(self, starts_at: datetime) -> datetime:
        """Until when a patient who cancels gets everything back: so many hours of real time before the start."""
        return starts_at - timedelta(hours=self.free_cancellation_hours)


@dataclass(frozen=True)
class Terms:
    """What a clinic asks for one service. The amount is more than 0."""

    is_required: bool
    amount: Decimal
    currency: str
    policy: Policy


def terms_of(clinic: Clinic, service: ServiceView) -> Terms | None:
    """What is asked for this service; None where nothing is, or where its amount cannot be known.

    The service's own word counts before the clinic's; its own amount before the one Cliniko tells, and that before
    the clinic's.
    """
    own = service.own_deposit
    if clinic.deposits is None and own.payment is None:
        return None
    rules = clinic.deposit_rules()
    payment = own.payment or rules.payment
    amount = _amount(own.amount, service.deposit, rules.amount, service.price)
    if payment == "off" or amount is None:
        return None
    hours = [own.free_cancellation_hours, rules.free_cancellation_hours, clinic.booking_rules().cancel_notice_hours]
    policy = Policy(
        free_cancellation_hours=next(each for each in hours if each is not None),
        late=own.late or rules.late,
        keep_part=rules.keep_part,
        refund_when_clinic_cancels=rules.refund_when_clinic_cancels,
        wording=rules.wording,
        tax=rules.tax,
    )
    return Terms(payment == "required", amount, currency_of(clinic.region), policy)


def may_have_paid(clinic: Clinic, service: ServiceView | None) -> bool:
    """Whether a booking of this clinic and service is worth looking up a deposit for."""
    return clinic.deposits is not None or bool(service and service.own_deposit.payment)


def refund_due(policy: Policy, amount: Decimal, *, starts_at: datetime, cancelled_at: datetime) -> Decimal:
    """What a patient who cancels then gets back, from 0 to all of it. Real hours count, whatever clocks did."""
    if cancelled_at <= policy.free_until(starts_at) or policy.late == "refund":
        return amount
    if policy.late == "keep_part":
        return amount - kept_part(policy, amount)
    return Decimal(0)


def kept_part(policy: Policy, amount: Decimal) -> Decimal:
    """What is kept of a late cancellation under `keep_part`: all of it where no part is named."""
    if policy.keep_part is None:
        return amount
    try:
        part = read_share(policy.keep_part).of(amount)
    except AmountInvalid:
        return Decimal(0)  # a rule that cannot be read keeps nothing from anybody
    return amount if part is None else min(part, amount)


def _amount(own: str | None, told: Decimal | None, usual: str | None, price: Decimal | None) -> Decimal | None:
    try:
        if own is not None:
            return read_share(own).of(price)
        if told is not None and told > 0:
            return told if price is None or price <= 0 else min(told, price)
        return read_share(usual).of(price) if usual is not None else None
    except AmountInvalid:
        return None
