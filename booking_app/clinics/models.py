"""The tables of this package."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.clinics.branding import Branding
from booking_app.clinics.records import BookingRules, ConsentWording, DepositRules
from booking_app.core.db import SHOWN, Base


class Clinic(Base):
    """One clinic. The JSON columns are read through the typed views below."""

    __tablename__ = "clinic"
    __table_args__ = ({"info": SHOWN},)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(63), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    legal_name: Mapped[str] = mapped_column(String(200), default="")
    business_number: Mapped[str] = mapped_column(String(40), default="")
    time_zone: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    website: Mapped[str] = mapped_column(Text, default="")
    locale: Mapped[str] = mapped_column(String(10), default="en-AU")
    allowed_sites: Mapped[list[str]] = mapped_column(JSON, default=list)
    branding: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    rules: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    consents: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    alerts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    deposits: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    def booking_rules(self) -> BookingRules:
        return BookingRules.from_json(self.rules or {})

    @property
    def region(self) -> str:
        """The country (ISO 3166) whose phone numbers need no prefix: that of the locale, e.g. `en-AU`."""
        region = (self.locale or "").replace("_", "-").partition("-")[2].upper()
        return region if len(region) == 2 else "AU"

    def deposit_rules(self) -> DepositRules:
        return DepositRules.from_json(self.deposits or {})

    def branding_values(self) -> Branding:
        return Branding.from_json(self.branding or {})

    def consent_wording(self) -> ConsentWording:
        return ConsentWording.from_json(self.consents or {})


class ClinicFile(Base):
    """A picture of a clinic: clean, small, without metadata."""

    __tablename__ = "clinic_file"
    __table_args__ = (UniqueConstraint("clinic_id", "name"), {"info": SHOWN})

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    media_type: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))


class Connection(Base):
    """Credentials to one remote account of a clinic; `secret` is sealed. `secret_env` names where it came from.

    `account_key`, `budget_key` and `web_address` are what the remote said of the secret: whoever changes it empties
    `account_key`.
    """

    __tablename__ = "connection"
    __table_args__ = ({"info": SHOWN},)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    vendor: Mapped[str] = mapped_column(String(20))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    secret_env: Mapped[str] = mapped_column(String(120), default="")
    config: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(10), default="active")
    paused_code: Mapped[str | None] = mapped_column(String(120))
    account_key: Mapped[str | None] = mapped_column(String(120))
    budget_key: Mapped[str | None] = mapped_column(String(120))
    web_address: Mapped[str | None] = mapped_column(String(200))  # where its people sign in; empty if it does not tell

    def __repr__(self) -> str:
        return f"<Connection {self.id} {self.vendor} {self.state}>"
