"""The tables of this package."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import SHOWN, Base, UtcDateTime


class CatalogueSnapshot(Base):
    """What the practice system held when it was last read. A new reading is a new row, the old ones go."""

    __tablename__ = "catalogue_snapshot"
    __table_args__ = {"sqlite_autoincrement": True, "info": SHOWN}  # noqa: RUF012 - SQLAlchemy's own form

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_key: Mapped[str] = mapped_column(String(120))


class CurationEntry(Base):
    """What the clinic says about one record of the practice system. Never changed: a new saying is a new row."""

    __tablename__ = "curation_entry"
    # Ids that are never given twice tell, with the number of rows, whether anything has changed.
    __table_args__ = (
        UniqueConstraint("clinic_id", "kind", "cliniko_id"),
        {"sqlite_autoincrement": True, "info": SHOWN},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    cliniko_id: Mapped[str] = mapped_column(String(40))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class CatalogueClaim(Base):
    """Until when one worker reads a clinic's catalogue, so that several do not read it at once."""

    __tablename__ = "catalogue_claim"

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
