"""People who work for clinics, and what each may do where: one person may belong to many clinics."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, UtcDateTime


class Role(StrEnum):
    """What a person may do at a clinic. Designers and bookkeepers never see a patient; managers and owners see all."""

    RECEPTIONIST = "receptionist"
    DESIGNER = "designer"
    BOOKKEEPER = "bookkeeper"
    MANAGER = "manager"
    OWNER = "owner"

    def covers(self, *needed: "Role") -> bool:
        """Whether whoever has this role may do what asks for one of `needed`."""
        return any(self == each or each in _BELOW[self] for each in needed)


# What else a role may do; what stands in no line here is the role's own work only.
_SPECIAL = frozenset({Role.RECEPTIONIST, Role.DESIGNER, Role.BOOKKEEPER})
_BELOW: dict[Role, frozenset[Role]] = {
    Role.RECEPTIONIST: frozenset(),
    Role.DESIGNER: frozenset(),
    Role.BOOKKEEPER: frozenset(),
    Role.MANAGER: _SPECIAL,
    Role.OWNER: _SPECIAL | {Role.MANAGER},
}


class Staff(Base):
    """One person's account. Without a password nobody can sign in; a closed one is not active.

    `session_key` changes with the password, and is what their known devices are known by. `proven_at`: when somebody
    who was shown to be the person last set the password; None where an owner handed the link over. `may_make_clinic`:
    whoever runs the server has invited them to make one.
    """

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    password_hash: Mapped[str | None] = mapped_column(String(255))
    session_key: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_totp: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_counter: Mapped[int | None]  # of the last code taken: each is good for one sign-in
    sealed_recovery_codes: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_active: Mapped[bool] = mapped_column(default=True)
    proven_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    may_make_clinic: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def __repr__(self) -> str:
        return f"<Staff {self.id}>"


class Membership(Base):
    """A person's role at a clinic. Until they have accepted it is an invitation, and opens nothing.

    `looked_at`: when they last looked at the clinic's first page; `looked_before_at`: the same of the visit before.
    """

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("staff_id", "clinic_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looked_before_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
