"""What patients see of services, people and places."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from booking_app.clinics.records import LateRule, Payment

PriceDisplay = Literal["price", "price_and_deposit", "deposit", "none"]
PRICE_DISPLAYS: tuple[str, ...] = get_args(PriceDisplay)


@dataclass(frozen=True)
class Category:
    """`key` is opaque and safe in a URL: a category's name can be health information."""

    key: str
    name: str


@dataclass(frozen=True)
class ServiceDeposit:
    """What a clinic says of the deposit for one service; None is what it says for all."""

    payment: Payment | None = None
    amount: str | None = None
    free_cancellation_hours: int | None = None
    late: LateRule | None = None


@dataclass(frozen=True)
class ServiceView:
    """`lead_hours` is the practice system's own rule. `practitioner_label` is what to call who gives the service.

    `price_display` says what patients see of `price` and `deposit`; `confirmation_text` and
    `what_to_bring` follow a confirmed booking. `deposit` is what Cliniko asks for, `own_deposit` what the clinic says.
    """

    cliniko_id: str
    name: str
    category_key: str
    description: str
    minutes: int
    price: Decimal | None
    deposit: Decimal | None
    telehealth: bool
    lead_hours: int
    sends_confirmation: bool
    image: str | None = None
    practitioner_label: str = ""
    price_display: PriceDisplay = "price"
    confirmation_text: str = ""
    what_to_bring: str = ""
    own_deposit: ServiceDeposit = ServiceDeposit()
    places: int = 1

    @property
    def is_group(self) -> bool:
        """Whether patients take places in a group appointment; else each has a time alone."""
        return self.places > 1


@dataclass(frozen=True)
class LocationView:
    cliniko_id: str
    name: str
    time_zone: str
    address: str = ""
    directions: str = ""


@dataclass(frozen=True)
class PractitionerView:
    """`is_equipment`: a pool or a pod that is booked like a person."""

    cliniko_id: str
    name: str
    description: str = ""
    photo: str | None = None
    is_equipment: bool = False
    profession: str = ""


@dataclass(frozen=True)
class Obstacle:
    """Why something cannot be booked, and what to change. `cliniko_id` is None for the account as a whole."""

    kind: str
    cliniko_id: str | None
    sentence: str
