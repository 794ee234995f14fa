"""Who may not book at a clinic for a while: a network, or everybody with an address of one e-mail domain."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from booking_app.clinics.audit import Author, record
from booking_app.core.clock import Clock
from booking_app.core.db import SHOWN, Base, Database, UtcDateTime
from booking_app.core.recent import RecentReads
from booking_app.core.sealing import Keyring

LONGEST = timedelta(days=30)
MOST_OF_CLINIC = 200


class SourceKind(StrEnum):
    """What bookings may have in common. Only networks and e-mail domains can be blocked."""

    NETWORK = "network"
    DOMAIN = "domain"
    HOUR = "hour"


class Block(Base):
    """One source that may not book at a clinic until `ends_at`. `mark` is its keyed hash, never the source itself."""

    __tablename__ = "booking_block"
    __table_args__ = (UniqueConstraint("clinic_id", "kind", "mark"), {"info": SHOWN})

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    kind: Mapped[str] = mapped_column(String(12))
    mark: Mapped[str] = mapped_column(String(64))
    sealed_label: Mapped[bytes | None] = mapped_column(LargeBinary)  # a domain in clear, for staff; None for a network
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True)
class StandingBlock:
    """A block as staff see it; `label` is the domain, or empty."""

    id: int
    kind: SourceKind
    mark: str
    label: str
    ends_at: datetime


class DomainMarks:
    """Names e-mail domains by a keyed hash; without the key it tells nobody anything."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def mark(self, email: str) -> str:
        """The mark of the address's domain: 32 hex characters, the same at every clinic."""
        domain = f"email-domain:{domain_of(email)}"
        return hmac.new(self._key, domain.encode(), hashlib.sha256).hexdigest()[:32]


class Blocks:
    """Blocking, unblocking and asking; every change is one clinic's alone, commits and is written down."""

    def __init__(
        self, *, database: Database, recent: RecentReads, keyring: Keyring, clock: Clock, domains: DomainMarks
    ) -> None:
        self._database = database
        self._recent = recent
        self._keyring = keyring
        self._clock = clock
        self._domains = domains

    def is_blocked(self, clinic_id: int, networks: Sequence[str], email: str | None = None) -> bool:
        """Whether one of these networks, or the domain of this address, may not book now; at most a second old."""
        blocked = self._recent.get(("blocks", clinic_id), lambda session: _blocked(session, clinic_id))
        asked = [(SourceKind.NETWORK, network) for network in networks]
        if email:
            asked.append((SourceKind.DOMAIN, self._domains.mark(email)))
        now = self._clock.now()
        return any(one in blocked and blocked[one] > now for one in asked)

    def standing(self, clinic_id: int) -> tuple[StandingBlock, ...]:
        """The clinic's blocks that have not ended, the newest first."""
        query = select(Block).where(Block.clinic_id == clinic_id, Block.ends_at > self._clock.now())
        with self._database.reading() as session:
            rows = session.scalars(query.order_by(Block.id.desc()).limit(MOST_OF_CLINIC)).all()
        return tuple(
            StandingBlock(row.id, SourceKind(row.kind), row.mark, self._label(row), row.ends_at) for row in rows
        )

    def block(
        self, author: Author, clinic_id: int, kind: SourceKind, mark: str, *, label: str, lasts: timedelta
    ) -> datetime | None:
        """Let nobody of this source book until the time returned; again for one that is blocked already.

        None for a kind that cannot be blocked, or where the clinic has as many blocks as it may have.
        """
        if kind is SourceKind.HOUR:
            return None
        until = author.at + min(lasts, LONGEST)
        with self._database.begin() as session:
            of_clinic = select(Block).where(Block.clinic_id == clinic_id)
            row = session.scalar(of_clinic.where(Block.kind == kind, Block.mark == mark).with_for_update())
            if row is None:
                if len(session.scalars(of_clinic.limit(MOST_OF_CLINIC)).all()) >= MOST_OF_CLINIC:
                    return None
                row = Block(clinic_id=clinic_id, kind=kind, mark=mark, created_at=author.at)
                session.add(row)
            row.ends_at = until
            row.sealed_label = self._keyring.seal_json({"label": label}) if label else None
            after = {"source": kind.value, "until": until.isoformat(timespec="minutes")}
            record(session, author, clinic_id, "booking.source_blocked", after=after)
        return until

    def unblock(self, author: Author, clinic_id: int, block_id: int) -> bool:
        """Let the source book again; False where the clinic has no such block."""
        with self._database.begin() as session:
            row = session.get(Block, block_id, with_for_update=True)
            if row is None or row.clinic_id != clinic_id:
                return False
            record(session, author, clinic_id, "booking.source_unblocked", after={"source": row.kind})
            session.delete(row)
        return True

    def _label(self, row: Block) -> str:
        return str(self._keyring.unseal_json(row.sealed_label)["label"]) if row.sealed_label else ""


def domain_of(email: str) -> str:
    return email.rpartition("@")[2].strip().casefold()


def forget_ended(session: Session, now: datetime) -> None:
    """Delete blocks that have ended; the caller commits."""
    session.execute(delete(Block).where(Block.ends_at < now))


def _blocked(session: Session, clinic_id: int) -> dict[tuple[str, str], datetime]:
    rows = session.execute(select(Block.kind, Block.mark, Block.ends_at).where(Block.clinic_id == clinic_id))
    return {(kind, mark): ends_at for kind, mark, ends_at in rows}
