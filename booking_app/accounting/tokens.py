"""Access tokens of connections. One refresh at a time across processes; what it gave is committed before it is used.

A refresh token is replaced at each use; whoever loses the new one has to ask the owner to connect again. So the lease
stands in the database, the row is read again under it, and nothing is done with a pair that is not kept. Where an
answer is lost the old token goes on working for half an hour at Xero, and the next try is made with it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from booking_app.accounting.models import AccountingToken
from booking_app.accounting.vendors.xero.oauth import Pair
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.tasks.store import changed

EARLY = timedelta(minutes=5)  # a token this close to its end is replaced first
LEASE = timedelta(seconds=45)  # outlasts the call
PATIENCE_SECONDS, NAP_SECONDS = 30.0, 0.2
IDLE = timedelta(days=7)  # a token unused for 60 days ends; a clinic on holiday must not fall out


class Protocols(Protocol):
    """The refreshing half of a vendor's OAuth."""

    def refresh(self, refresh_token: str) -> Pair: ...
    def custom(self) -> Pair: ...


OpenOAuth = Callable[[int], Protocols]  # by connection


class Tokens:
    """Safe to share between threads; any number of processes may hold one over the same database."""

    def __init__(
        self, *, database: Database, keyring: Keyring, clock: Clock, oauth: OpenOAuth, pause: Callable[[float], None]
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._oauth = oauth
        self._pause = pause

    def access(self, connection_id: int, *, stale: str | None = None) -> str:
        """An access token that the vendor takes; `stale` is one it takes no more. Commits where it had to refresh.

        Raises RemoteFailure AUTH where a person has to connect (again), and TRANSIENT where no refresh came in time.
        """
        give_up_at = self._clock.monotonic() + PATIENCE_SECONDS
        while True:
            row = self._row(connection_id)
            pair = self._pair(row)
            if pair and pair["access"] != stale and _until(pair) > self._clock.now() + EARLY:
                return str(pair["access"])
            if self._claim(row):
                return self._refreshed(row.id, connection_id)
            if self._clock.monotonic() > give_up_at:
                raise RemoteFailure("token_busy", failure=Failure.TRANSIENT)
            self._pause(NAP_SECONDS)

    def keep(self, session: Session, connection_id: int, pair: Pair) -> None:
        """Keep the pair of a fresh authorisation. The caller commits, before anything is done with it."""
        row = self.row_of(session, connection_id)
        row.sealed_pair, row.refreshed_at = self._sealed(pair), self._clock.now()
        row.fence += 1
        row.lease_until = None

    def refresh_token(self, connection_id: int) -> str:
        """The refresh token in use, for ending it; "" where there is none."""
        with self._database.reading() as session:
            row = session.scalar(select(AccountingToken).where(AccountingToken.connection_id == connection_id))
        pair = self._pair(row) if row else None
        return str(pair["refresh"]) if pair else ""

    def refresh_idle(self) -> int:
        """Replace tokens that nothing has used for a week; returns how many. For a worker's round."""
        before = self._clock.now() - IDLE
        with self._database.reading() as session:
            idle = session.scalars(
                select(AccountingToken.connection_id).where(
                    AccountingToken.sealed_pair.is_not(None), AccountingToken.refreshed_at < before
                )
            ).all()
        return sum(self._is_refreshed(connection_id) for connection_id in idle)

    def row_of(self, session: Session, connection_id: int) -> AccountingToken:
        """The connection's row, made on first use."""
        row = session.scalar(select(AccountingToken).where(AccountingToken.connection_id == connection_id))
        if row is None:
            row = AccountingToken(connection_id=connection_id, fence=0)
            session.add(row)
            session.flush()
        return row

    def _is_refreshed(self, connection_id: int) -> bool:
        try:
            self.access(connection_id)
        except RemoteFailure:
            return False
        return True

    def _row(self, connection_id: int) -> AccountingToken:
        with self._database.reading() as session:
            row = session.scalar(select(AccountingToken).where(AccountingToken.connection_id == connection_id))
        if row is None or row.sealed_pair is None:
            raise RemoteFailure("not_authorised", failure=Failure.AUTH)
        return row

    def _claim(self, row: AccountingToken) -> bool:
        now = self._clock.now()
        is_free = or_(AccountingToken.lease_until.is_(None), AccountingToken.lease_until < now)
        with self._database.begin() as session:
            claimed = session.execute(
                update(AccountingToken)
                .where(AccountingToken.id == row.id, AccountingToken.fence == row.fence, is_free)
                .values(lease_until=now + LEASE, fence=row.fence + 1)
                .execution_options(synchronize_session=False)
            )
            return changed(claimed) == 1

    def _refreshed(self, row_id: int, connection_id: int) -> str:
        """The new pair's access token, kept before it is given out."""
        with self._database.reading() as session:
            row = session.get_one(AccountingToken, row_id)
        pair = self._pair(row)
        assert pair is not None
        oauth = self._oauth(connection_id)
        try:
            fresh = oauth.refresh(str(pair["refresh"])) if pair["refresh"] else oauth.custom()
        except RemoteFailure:
            self._let_go(row)
            raise
        with self._database.begin() as session:
            kept = session.execute(
                update(AccountingToken)
                .where(AccountingToken.id == row.id, AccountingToken.fence == row.fence)
                .values(
                    # The fence moves on, so that whoever read the old pair during the lease does not refresh again.
                    sealed_pair=self._sealed(fresh),
                    refreshed_at=self._clock.now(),
                    lease_until=None,
                    fence=row.fence + 1,
                )
                .execution_options(synchronize_session=False)
            )
        if changed(kept) != 1:  # a person connected again meanwhile: theirs is the one to use
            return self.access(connection_id)
        return fresh.access

    def _let_go(self, row: AccountingToken) -> None:
        with self._database.begin() as session:
            session.execute(
                update(AccountingToken)
                .where(AccountingToken.id == row.id, AccountingToken.fence == row.fence)
                .values(lease_until=None)
                .execution_options(synchronize_session=False)
            )

    def _sealed(self, pair: Pair) -> bytes:
        until = self._clock.now() + timedelta(seconds=pair.seconds)
        return self._keyring.seal_json({"access": pair.access, "refresh": pair.refresh, "until": until.isoformat()})

    def _pair(self, row: AccountingToken) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._keyring.unseal_json(row.sealed_pair) if row.sealed_pair else None
        return found


def _until(pair: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(pair["until"])
