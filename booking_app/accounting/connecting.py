"""What an owner does about accounting: connect, authorise, choose the organisation, map, start, stop and disconnect."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking_app.accounting.connections import (
    accounting_connection,
    progress_of,
    settings_of,
    stored_progress,
)
from booking_app.accounting.models import (
    AccountingContact,
    AccountingDocument,
    AccountingProgress,
    AccountingToken,
    DocumentState,
    Stage,
)
from booking_app.accounting.opening import Opener
from booking_app.accounting.posting import Posting, look_again
from booking_app.accounting.settings import VENDORS, AccountingSettings
from booking_app.accounting.vendors.records import Chart, Company
from booking_app.accounting.vendors.xero.oauth import new_verifier
from booking_app.clinics.audit import Author, record
from booking_app.clinics.connections import resume
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.core.tokens import new_token
from booking_app.pms.invoices import BillingFacts, InvoiceReader

ASKING = timedelta(minutes=15)  # in which a person comes back from the vendor's page
COMPANY_EVERY = timedelta(hours=24)
CURRENCIES = {"AU": "AUD", "NZ": "NZD", "GB": "GBP", "UK": "GBP", "IE": "EUR", "US": "USD", "CA": "CAD", "ZA": "ZAR"}
# Kept of a connection beside what the clinic decides.
OWN_KEYS = ("client_id", "client_id_env", "tenant_id", "tenant_name", "link_id", "tenants", "cut_over_confirmed")


class NotReady(Exception):
    """Posting cannot start; `codes` of `wording.py` say why, the first things first."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


@dataclass(frozen=True)
class Standing:
    """A clinic's connection as it stands. `company` is what the vendor said of the books when it was last asked."""

    connection: Connection
    settings: AccountingSettings
    stage: str
    company: Mapping[str, Any]
    is_authorised: bool
    read_at: datetime | None
    read_code: str | None

    @property
    def tenant_name(self) -> str:
        return str(self.connection.config.get("tenant_name", ""))

    @property
    def tenants(self) -> list[dict[str, str]]:
        return list(self.connection.config.get("tenants", ()))


class AccountingConnecting:
    """One per process, shared by threads. Every verb commits; those that ask the vendor raise RemoteFailure."""

    def __init__(
        self, *, database: Database, keyring: Keyring, clock: Clock, opener: Opener, posting: Posting,
        practices: Callable[[int], InvoiceReader], replay: Callable[[int], int],
    ) -> None:  # fmt: skip
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._opener = opener
        self._posting = posting
        self._practices = practices
        self._replay = replay

    def standing(self, clinic: Clinic) -> Standing | None:
        """None where nothing is connected."""
        with self._database.reading() as session:
            connection = accounting_connection(session, clinic.id)
            if connection is None:
                return None
            progress = stored_progress(session, connection.id) or AccountingProgress(stage=Stage.SETTING_UP, company={})
            token = session.scalar(select(AccountingToken).where(AccountingToken.connection_id == connection.id))
            return Standing(
                connection=connection,
                settings=settings_of(connection),
                stage=progress.stage,
                company=progress.company,
                is_authorised=token is not None and token.sealed_pair is not None,
                read_at=progress.read_at,
                read_code=progress.read_code,
            )

    def add(self, author: Author, clinic: Clinic, *, vendor: str, client_id: str, client_secret: str) -> int:
        """Keep the app of the vendor's that the clinic has registered; one a clinic. Another secret takes its place."""
        if vendor not in VENDORS:
            raise LookupError(vendor)
        with self._database.begin() as session:
            connection = accounting_connection(session, clinic.id)
            if connection is None:
                connection = Connection(clinic_id=clinic.id, vendor=vendor, config={})
                session.add(connection)
            connection.secret = self._keyring.seal(client_secret.strip().encode())
            connection.config = {**connection.config, "client_id": client_id.strip()}
            session.flush()
            record(session, author, clinic.id, "accounting.app_kept", after={"vendor": vendor})
            return connection.id

    def save(self, author: Author, clinic: Clinic, values: Mapping[str, Any]) -> None:
        """Keep what the clinic has decided, as the keys of `[accounting]`; what was held is looked at again.

        The prefix stays what it was once something was posted: a number is how a document is found again.
        """
        with self._database.begin() as session:
            connection = self._required(session, clinic)
            before = {key: value for key, value in connection.config.items() if key not in OWN_KEYS}
            kept = kept_config(connection)
            after = dict(values)
            if _has_posted(session, connection.id):
                after["number_prefix"] = settings_of(connection).number_prefix
            connection.config = {**kept, **after}
            AccountingSettings.from_config(connection.config)
            progress = progress_of(session, connection.id, lock=True)
            if before.get("start_date") != after.get("start_date"):
                progress.changed_since, progress.read_from, progress.read_at = None, None, None
            look_again(session, connection.id)
            record(session, author, clinic.id, "accounting.saved", before=before, after=after)

    def authorise(self, clinic: Clinic, *, redirect_uri: str) -> str:
        """The vendor's address at which a person allows this; good for a quarter of an hour and one answer. Commits."""
        verifier, state = new_verifier(), new_token()
        until = self._clock.now() + ASKING
        with self._database.begin() as session:
            connection = self._required(session, clinic)
            row = self._opener.tokens.row_of(session, connection.id)
            asking = {"state": _hashed(state), "verifier": verifier, "until": until.isoformat(), "to": redirect_uri}
            row.sealed_asking = self._keyring.seal_json(asking)
        return self._opener.oauth(connection.id).authorise_address(
            redirect_uri=redirect_uri, state=f"{clinic.slug}.{state}", verifier=verifier
        )

    def finish(self, author: Author, clinic: Clinic, *, state: str, code: str) -> None:
        """A person has come back: keep the pair, then see which organisations it reaches. One alone is chosen.

        Raises RemoteFailure CONFIG `state_unknown` for an answer that belongs to no request, or came too late.
        """
        connection, asking = self._asked(clinic, state)
        oauth = self._opener.oauth(connection.id)
        pair = oauth.exchange(code, redirect_uri=asking["to"], verifier=asking["verifier"])
        with self._database.begin() as session:
            self._opener.tokens.keep(session, connection.id, pair)
            resume(session, connection.id)
        tenants = oauth.tenants(pair.access)
        with self._database.begin() as session:
            connection = self._required(session, clinic)
            listed = [{"tenant_id": one.tenant_id, "name": one.name, "link_id": one.link_id} for one in tenants]
            config = {**connection.config, "tenants": listed}
            ids = [one.tenant_id for one in tenants]
            if len(ids) == 1 and config.get("tenant_id") in (None, ids[0]):
                config |= {"tenant_id": ids[0], "tenant_name": tenants[0].name, "link_id": tenants[0].link_id}
            connection.config = config
            record(session, author, clinic.id, "accounting.authorised", after={"organisations": len(listed)})
        self._replay(connection.id)

    def choose(self, author: Author, clinic: Clinic, tenant_id: str) -> None:
        """Post to this organisation. Raises LookupError for one that was not allowed, or once something was posted."""
        with self._database.begin() as session:
            connection = self._required(session, clinic)
            found = next((one for one in connection.config.get("tenants", ()) if one["tenant_id"] == tenant_id), None)
            if found is None or _has_posted(session, connection.id):
                raise LookupError(tenant_id)
            connection.config = {
                **connection.config, "tenant_id": tenant_id, "tenant_name": found["name"], "link_id": found["link_id"],
            }  # fmt: skip
            session.execute(delete(AccountingContact).where(AccountingContact.connection_id == connection.id))
            record(session, author, clinic.id, "accounting.organisation", after={"organisation": found["name"]})

    def chart(self, clinic: Clinic) -> Chart:
        """What lines can be mapped to, read from the vendor now. Raises RemoteFailure."""
        return self._opener.open(self._found(clinic).id, is_waited_for=True).chart()

    def billing_facts(self, clinic: Clinic) -> BillingFacts:
        """What can stand on an invoice, read from the practice system now. Raises RemoteFailure."""
        return self._practices(clinic.id).billing_facts()

    def look_at_company(self, connection_id: int) -> Company:
        """Ask the vendor whose books they are and what is closed; keep it. Commits; raises RemoteFailure."""
        company = self._opener.open(connection_id, is_waited_for=True).company()
        told = {
            "name": company.name, "currency": company.currency, "country": company.country,
            "locked_until": company.locked_until.isoformat() if company.locked_until else None,
            "may_approve": company.may_approve,
        }  # fmt: skip
        with self._database.begin() as session:
            progress = progress_of(session, connection_id, lock=True)
            if progress.company.get("locked_until") != told["locked_until"]:
                look_again(session, connection_id, reason="closed_period")
            progress.company, progress.company_at = {**progress.company, **told}, self._clock.now()
        return company

    def refresh_companies(self) -> int:
        """Look at every started connection's books once a day; returns how many. For a worker's round."""
        before = self._clock.now() - COMPANY_EVERY
        query = (
            select(AccountingProgress.connection_id)
            .join(Connection, Connection.id == AccountingProgress.connection_id)
            .where(AccountingProgress.stage != Stage.SETTING_UP, AccountingProgress.company_at < before)
            .where(Connection.state == "active")
        )
        with self._database.reading() as session:
            due = session.scalars(query).all()
        return sum(self._is_looked_at(connection_id) for connection_id in due)

    def check(self, clinic: Clinic) -> tuple[str, ...]:
        """What stands in the way of posting, as codes; asks the vendor and the practice system. Empty: it may start."""
        standing = self.standing(clinic)
        if standing is None or not standing.is_authorised:
            return ("not_authorised",)
        if not standing.connection.config.get("tenant_id"):
            return ("no_organisation",)
        codes = list[str]()
        if standing.settings.start_date is None:
            codes.append("no_start_date")
        company = self.look_at_company(standing.connection.id)
        facts = self.billing_facts(clinic)
        expected = CURRENCIES.get(facts.country_code)
        if expected is not None and company.currency != expected:
            codes.append(f"currency_differs:{company.currency}")
        if facts.exports_itself and not standing.connection.config.get("cut_over_confirmed"):
            codes.append("exports_itself")
        if not company.may_approve and standing.settings.status == "authorised":
            codes.append("approval_limit")
        if self._is_prefix_shared(standing):
            codes.append("prefix_in_use")
        return tuple(codes)

    def confirm_cut_over(self, author: Author, clinic: Clinic) -> None:
        """The owner says that the practice system's own export ends before our first day."""
        with self._database.begin() as session:
            connection = self._required(session, clinic)
            connection.config = {**connection.config, "cut_over_confirmed": True}
            record(session, author, clinic.id, "accounting.cut_over_confirmed", after={"confirmed": True})

    def start_trial(self, author: Author, clinic: Clinic) -> int:
        """Post the first five as drafts; returns how many. Raises NotReady, and RemoteFailure from looking."""
        self._require_ready(clinic)
        count = self._posting.plan_trial(self._found(clinic).id)
        if count:
            self._note(author, clinic, "accounting.trial", {"documents": count})
        return count

    def start(self, author: Author, clinic: Clinic) -> None:
        """Post everything from now on, by itself. Raises NotReady, and RemoteFailure from looking."""
        self._require_ready(clinic)
        self._set_stage(author, clinic, Stage.LIVE, "accounting.started")
        self._posting.plan(self._found(clinic).id)

    def stop(self, author: Author, clinic: Clinic) -> None:
        """Post nothing more; what is under way is finished. May be started again."""
        self._set_stage(author, clinic, Stage.TRIAL, "accounting.stopped")

    def disconnect(self, author: Author, clinic: Clinic) -> bool:
        """End the authorisation there and forget the tokens and the app here. What was posted stays, on both sides.

        False where the vendor could not be told; the tokens are forgotten all the same.
        """
        connection = self._found(clinic)
        is_told = self._ended_there(connection)
        with self._database.begin() as session:
            session.execute(delete(AccountingToken).where(AccountingToken.connection_id == connection.id))
            session.execute(delete(AccountingContact).where(AccountingContact.connection_id == connection.id))
            session.execute(delete(AccountingProgress).where(AccountingProgress.connection_id == connection.id))
            row = session.get_one(Connection, connection.id)
            record(session, author, clinic.id, "accounting.disconnected", before={"vendor": row.vendor})
            session.delete(row)
        return is_told

    def _ended_there(self, connection: Connection) -> bool:
        token = self._opener.tokens.refresh_token(connection.id)
        if not token:
            return True
        try:
            self._opener.oauth(connection.id).revoke(token)
        except RemoteFailure:
            return False
        return True

    def _require_ready(self, clinic: Clinic) -> None:
        codes = self.check(clinic)
        if codes:
            raise NotReady(codes)

    def _set_stage(self, author: Author, clinic: Clinic, stage: Stage, action: str) -> None:
        with self._database.begin() as session:
            connection = self._required(session, clinic)
            progress = progress_of(session, connection.id, lock=True)
            record(session, author, clinic.id, action, before={"stage": progress.stage}, after={"stage": str(stage)})
            progress.stage = stage

    def _note(self, author: Author, clinic: Clinic, action: str, after: Mapping[str, Any]) -> None:
        with self._database.begin() as session:
            record(session, author, clinic.id, action, after=after)

    def _asked(self, clinic: Clinic, state: str) -> tuple[Connection, dict[str, Any]]:
        """The request that the answer belongs to, which is used up."""
        with self._database.begin() as session:
            connection = self._required(session, clinic)
            row = self._opener.tokens.row_of(session, connection.id)
            asking = self._keyring.unseal_json(row.sealed_asking) if row.sealed_asking else None
            if asking is None or asking["state"] != _hashed(state):
                raise RemoteFailure("state_unknown", failure=Failure.CONFIG)
            row.sealed_asking = None
        if datetime.fromisoformat(asking["until"]) < self._clock.now():
            raise RemoteFailure("state_unknown", failure=Failure.CONFIG)
        return connection, asking

    def _is_looked_at(self, connection_id: int) -> bool:
        try:
            self.look_at_company(connection_id)
        except RemoteFailure:
            return False
        return True

    def _is_prefix_shared(self, standing: Standing) -> bool:
        mine = standing.connection
        with self._database.reading() as session:
            others = session.scalars(select(Connection).where(Connection.vendor.in_(VENDORS), Connection.id != mine.id))
            return any(
                one.config.get("tenant_id") == mine.config.get("tenant_id")
                and settings_of(one).number_prefix == standing.settings.number_prefix
                for one in others
            )

    def _found(self, clinic: Clinic) -> Connection:
        with self._database.reading() as session:
            return self._required(session, clinic)

    def _required(self, session: Session, clinic: Clinic) -> Connection:
        connection = accounting_connection(session, clinic.id)
        if connection is None:
            raise LookupError(clinic.slug)
        return connection


def kept_config(connection: Connection) -> dict[str, Any]:
    """What of a connection's JSON is no setting: its app, its organisation, and what its owner confirmed."""
    return {key: connection.config[key] for key in OWN_KEYS if key in (connection.config or {})}


def _has_posted(session: Session, connection_id: int) -> bool:
    states = (DocumentState.POSTING, DocumentState.POSTED, DocumentState.VOIDED, DocumentState.REFUSED)
    query = select(AccountingDocument.id).where(
        AccountingDocument.connection_id == connection_id, AccountingDocument.state.in_(states)
    )
    return session.scalar(query.limit(1)) is not None


def _hashed(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
