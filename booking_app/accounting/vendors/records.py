"""What is said to an accounting vendor and what it answers. Money is Decimal to the cent, tax in it; days are days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

RemoteStatus = Literal["draft", "open", "paid", "voided"]
# Why a vendor refuses one document; what each means to a person is said in `accounting/wording.py`.
RefusalCode = Literal[
    "number_taken", "closed_period", "unknown_account", "tax_refused", "approval_limit", "contact_archived",
    "contact_taken", "tracking_unknown", "not_editable", "refused",
]  # fmt: skip


@dataclass(frozen=True)
class NewContact:
    """Somebody invoices are made out to; `number` is ours and never changes. A name is kept out of repr."""

    number: str
    name: str = field(repr=False)
    email: str = field(default="", repr=False)


@dataclass(frozen=True)
class RemoteContact:
    """A contact as it stands there, merges followed: `remote_id` is whom to make documents out to now."""

    remote_id: str
    number: str
    is_active: bool


@dataclass(frozen=True)
class SaleLine:
    """`amount` is negative on a line that gives something back. `tracking` maps categories to options, by name."""

    description: str
    amount: Decimal
    account: str
    tax: str
    tracking: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sale:
    """An invoice, or a credit note whose amounts are positive. `reference` names the source's record."""

    number: str
    reference: str
    is_credit: bool
    contact_id: str
    day: date
    due_day: date
    currency: str
    is_draft: bool
    lines: tuple[SaleLine, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))


@dataclass(frozen=True)
class RemoteSale:
    """A document as it stands there. `paid` is what payments and credits have taken off it."""

    remote_id: str
    number: str
    reference: str
    is_credit: bool
    status: RemoteStatus
    day: date
    total: Decimal
    tax: Decimal
    paid: Decimal = Decimal(0)


@dataclass(frozen=True)
class Outcome:
    """What became of one document of a call: it stands there, or it was refused."""

    remote_id: str | None = None
    sale: RemoteSale | None = None
    refusal: RefusalCode | None = None


@dataclass(frozen=True)
class AccountChoice:
    """An account by its code."""

    code: str
    name: str
    is_income: bool
    takes_payments: bool


@dataclass(frozen=True)
class TaxChoice:
    """A tax code that may stand on income; `rate` is per cent."""

    code: str
    name: str
    rate: Decimal


@dataclass(frozen=True)
class TrackingChoice:
    """A category and its options in use."""

    name: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """What lines can be mapped to, as it stands there now."""

    accounts: tuple[AccountChoice, ...]
    taxes: tuple[TaxChoice, ...]
    tracking: tuple[TrackingChoice, ...]


@dataclass(frozen=True)
class Company:
    """Whose books they are, and what stops a document: nothing may be dated on or before `locked_until`."""

    name: str
    currency: str
    country: str
    locked_until: date | None
    may_approve: bool


@dataclass(frozen=True)
class Tenant:
    """One set of books that the authorisation reaches. `link_id` ends that again."""

    tenant_id: str
    name: str
    link_id: str
