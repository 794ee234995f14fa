"""People who work for clinics, and what each may do where: one person may belong to many clinics."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, UtcDateTime


class Role(StrEnum):
    """What a person may do at a clinic. Each role may do what the ones before it may."""

    RECEPTIONIST = "receptionist"
    MANAGER = "manager"
    OWNER = "owner"

    def covers(self, needed: "Role") -> bool:
        """Whether whoever has this role may do what asks for `needed`."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


class Staff(Base):
    """One person's account. Without a password nobody can sign in; `session_key` is in every session of theirs."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    password_hash: Mapped[str | None] = mapped_column(String(255))
    session_key: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_totp: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_counter: Mapped[int | None]  # of the last code taken: each is good for one sign-in
    sealed_recovery_codes: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def __repr__(self) -> str:
        return f"<Staff {self.id}>"


class Membership(Base):
    """A person's role at a clinic."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("staff_id", "clinic_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
