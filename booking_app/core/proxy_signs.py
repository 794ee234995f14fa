"""What the web servers have noticed of the proxy in front of them, for `doctor` to read in another process."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import String, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, Database, UtcDateTime

AS_DOCUMENTED = "as_documented"
UNDECLARED = "undeclared"
SILENT = "silent"
PLAIN = "plain"
LOOPBACK = "loopback"
STREAMING = "streaming"

# What each sign means and what to do about it; the first that was seen is the one to begin with.
MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        UNDECLARED: "Requests carry forwarded headers, but BOOKING_TRUSTED_PROXIES is 0, so they are not read: every "
        "visitor seems to be the proxy. Set it to the number of proxies (1 for nginx alone) and restart.",
        SILENT: "BOOKING_TRUSTED_PROXIES counts more proxies than have told of themselves: X-Forwarded-For or "
        "X-Forwarded-Proto is missing or too short. Let the proxy set them as deploy/nginx.conf.example does.",
        PLAIN: "Requests arrive as http. The proxy must speak TLS and send X-Forwarded-Proto: https.",
        LOOPBACK: "Visitors seem to come from this machine, so no limit counts them. Let the proxy send the visitor's "
        "address in X-Forwarded-For and set BOOKING_TRUSTED_PROXIES.",
        STREAMING: "A request came in piece by piece for seconds: the proxy does not wait for the whole of it, so slow "
        "visitors hold up the others. Switch request buffering on (nginx: proxy_request_buffering on).",
    }
)


class ProxySign(Base):
    """One thing that was noticed, and when last."""

    __tablename__ = "proxy_sign"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProxySigns:
    """The notes. They begin anew whenever a web server starts, because it may have been started with other settings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, name: str, now: datetime) -> None:
        """Write one down; commits. Where it cannot be written, nothing happens: a visitor must not notice."""
        with suppress(SQLAlchemyError), self._database.begin() as session:
            session.merge(ProxySign(name=name, seen_at=now))

    def forget(self) -> None:
        """Begin anew; commits."""
        with self._database.begin() as session:
            session.execute(delete(ProxySign))

    def seen(self) -> dict[str, datetime]:
        """What was noticed, by name."""
        with self._database.reading() as session:
            return {sign.name: sign.seen_at for sign in session.scalars(select(ProxySign))}
