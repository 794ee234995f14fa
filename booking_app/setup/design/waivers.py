"""Waivers as they are written: a draft nobody sees, exact versions that stay, and who signed which."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking
from booking_app.clinics.audit import Author
from booking_app.clinics.changes import Change, changing
from booking_app.clinics.models import Clinic
from booking_app.clinics.revisions import revision_of
from booking_app.core.db import Database
from booking_app.intake.fields import fields_of
from booking_app.intake.models import SignedDocument, Waiver, WaiverVersion
from booking_app.intake.waiver_text import WaiverInvalid, canonical_body
from booking_app.intake.waivers import WaiverSpec, check_waivers, draft_spec, publish, write_spec, written_spec
from booking_app.setup.design.made_keys import key_for
from booking_app.setup.design.ordering import Direction, moved

MOST_SIGNATURES = 200
KEY_USED = "The short name “{key}” is used already, maybe by a retired waiver. Choose another."


@dataclass(frozen=True)
class Version:
    """One exact text of a waiver. `signatures` counts the documents that hold it."""

    sha256: str
    body: str
    published_at: datetime
    is_current: bool
    signatures: int


@dataclass(frozen=True)
class WaiverState:
    """`spec.body` is what was written last: the draft where there is one. `versions` are newest first."""

    spec: WaiverSpec
    has_draft: bool
    is_published: bool
    versions: tuple[Version, ...]

    @property
    def current(self) -> Version | None:
        return next((version for version in self.versions if version.is_current), None)

    def version(self, sha256: str) -> Version | None:
        return next((version for version in self.versions if version.sha256 == sha256), None)

    def values(self) -> dict[str, Any]:
        """What a form over the waiver is filled from."""
        return _values(self.spec)


@dataclass(frozen=True)
class Signing:
    """One signature under a version. The booking's reference leads to who it was."""

    reference: str
    signed_at: datetime
    method: str


class WaiverDesign:
    """The use cases of the waiver screens. Every verb commits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waivers(self, clinic: Clinic) -> tuple[WaiverState, ...]:
        """Every waiver in use or being written, in the clinic's order."""
        with self._database.reading() as session:
            counts = _counts(session, clinic.id)
            return tuple(_state(session, row, counts) for row in _rows(session, clinic.id))

    def waiver(self, clinic: Clinic, key: str) -> WaiverState | None:
        with self._database.reading() as session:
            row = _row(session, clinic.id, key)
            return None if row is None else _state(session, row, _counts(session, clinic.id))

    def add(self, author: Author, clinic: Clinic, spec: WaiverSpec) -> str:
        """Begin a waiver as a draft; returns its key, which is made of the title where none is given.

        Raises WaiverInvalid, also for a key that was ever used.
        """
        with self._database.reading() as session:
            used = set(session.scalars(select(Waiver.key).where(Waiver.clinic_id == clinic.id)))
        named = spec if spec.key else replace(spec, key=_key_for(spec.title, used))
        with changing(self._database, clinic.id, Change(author, "waiver.added", _about(named.key))) as (session, _):
            _check_words(session, clinic.id, named)
            if session.scalar(select(Waiver).where(Waiver.clinic_id == clinic.id, Waiver.key == named.key)):
                raise WaiverInvalid(KEY_USED.format(key=named.key), "key")
            row = Waiver(clinic_id=clinic.id, key=named.key, draft_body=canonical_body(named.body))
            write_spec(row, named, len(_rows(session, clinic.id)))
            session.add(row)
            session.flush()
        return named.key

    def save(self, author: Author, clinic: Clinic, spec: WaiverSpec, *, revision: str | None) -> None:
        """Keep title, rules and services, which count at once, and the text as a draft, which does not.

        Raises LookupError, WaiverInvalid, ChangedMeanwhile.
        """
        change = Change(author, "waiver.changed", _about(spec.key), revision)
        with changing(self._database, clinic.id, change) as (session, _):
            _check_words(session, clinic.id, spec)
            row = _required(session, clinic.id, spec.key)
            write_spec(row, spec, row.position)
            current, body = written_spec(session, row), canonical_body(spec.body)
            row.draft_body = None if current is not None and current.body == body else body
            session.flush()

    def publish_as_written(self, author: Author, clinic: Clinic, spec: WaiverSpec, *, revision: str | None) -> None:
        """Keep what is written and ask patients for exactly that. Raises LookupError, WaiverInvalid, ChangedMeanwhile.

        What somebody else writes between the two is not published.
        """
        self.save(author, clinic, spec, revision=revision)
        kept = replace(spec, title=spec.title.strip(), body=canonical_body(spec.body))
        self.publish(author, clinic, spec.key, revision=revision_of(_values(kept)))

    def publish(self, author: Author, clinic: Clinic, key: str, *, revision: str | None) -> None:
        """Ask patients for the text as it was written last. The same text is the same version.

        Raises LookupError, WaiverInvalid, ChangedMeanwhile.
        """
        change = Change(author, "waiver.published", _about_version(key), revision, seen=_about(key))
        with changing(self._database, clinic.id, change) as (session, _):
            row = _required(session, clinic.id, key)
            publish(session, row, _spec(session, row).body, field_keys=_keys(session, clinic.id), now=author.at)
            row.draft_body = None
            session.flush()

    def retire(self, author: Author, clinic: Clinic, key: str) -> None:
        """Ask for it no more; its versions and what was signed stay. Raises LookupError."""
        with changing(self._database, clinic.id, Change(author, "waiver.retired", _about_order)) as (session, _):
            _required(session, clinic.id, key).retired_at = author.at
            session.flush()

    def move(self, author: Author, clinic: Clinic, key: str, direction: Direction) -> None:
        """One place up or down; at the end of the list it stays where it is."""
        with changing(self._database, clinic.id, Change(author, "waiver.moved", _about_order)) as (session, _):
            rows = {row.key: row for row in _rows(session, clinic.id)}
            for position, each in enumerate(moved(list(rows), key, direction)):
                rows[each].position = position
            session.flush()

    def signings(self, clinic: Clinic, sha256: str) -> tuple[Signing, ...]:
        """Who signed a version, newest first; at most MOST_SIGNATURES."""
        # The files themselves, which are large, stay where they are; the rows come as they are needed.
        columns = (Booking.reference, SignedDocument.signed_at, SignedDocument.method, SignedDocument.waiver_versions)
        query = (
            select(*columns)
            .join(Booking, Booking.id == SignedDocument.booking_id)
            .where(SignedDocument.clinic_id == clinic.id)
            .order_by(SignedDocument.signed_at.desc(), SignedDocument.id.desc())
        )
        with self._database.reading() as session:
            found = (
                Signing(reference, signed_at, method)
                for reference, signed_at, method, versions in session.execute(query.execution_options(yield_per=200))
                if sha256 in (version["sha256"] for version in versions)
            )
            return tuple(islice(found, MOST_SIGNATURES))


def _key_for(title: str, used: Collection[str]) -> str:
    """Keys of waivers are written with hyphens."""
    return key_for(title, {key.replace("-", "_") for key in used}, "waiver").replace("_", "-")


def _check_words(session: Session, clinic_id: int, spec: WaiverSpec) -> None:
    """The rules of the clinic's file; a draft's text too, so that an emptied one is refused where it is written."""
    try:
        check_waivers([spec], _keys(session, clinic_id))
    except WaiverInvalid as error:
        raise WaiverInvalid(str(error.__cause__ or error), error.about) from error


def _keys(session: Session, clinic_id: int) -> set[str]:
    return {field.key for field in fields_of(session, clinic_id)}


def _rows(session: Session, clinic_id: int) -> list[Waiver]:
    query = select(Waiver).where(Waiver.clinic_id == clinic_id, Waiver.retired_at.is_(None))
    return list(session.scalars(query.order_by(Waiver.position, Waiver.id)))


def _row(session: Session, clinic_id: int, key: str) -> Waiver | None:
    return next((row for row in _rows(session, clinic_id) if row.key == key), None)


def _required(session: Session, clinic_id: int, key: str) -> Waiver:
    row = _row(session, clinic_id, key)
    if row is None:
        raise LookupError(key)
    return row


def _spec(session: Session, row: Waiver) -> WaiverSpec:
    """What was written last."""
    spec = draft_spec(row) or written_spec(session, row)
    assert spec is not None, "a waiver has a draft until it is published"
    return spec


def _state(session: Session, row: Waiver, counts: Mapping[str, int]) -> WaiverState:
    query = select(WaiverVersion).where(WaiverVersion.waiver_id == row.id)
    versions = session.scalars(query.order_by(WaiverVersion.published_at.desc(), WaiverVersion.id.desc()))
    return WaiverState(
        spec=_spec(session, row),
        has_draft=row.draft_body is not None,
        is_published=row.current_sha256 is not None,
        versions=tuple(
            Version(
                sha256=each.sha256,
                body=each.body,
                published_at=each.published_at,
                is_current=each.sha256 == row.current_sha256,
                signatures=counts.get(each.sha256, 0),
            )
            for each in versions
        ),
    )


def _counts(session: Session, clinic_id: int) -> Counter[str]:
    query = select(SignedDocument.waiver_versions).where(SignedDocument.clinic_id == clinic_id)
    return Counter(version["sha256"] for versions in session.scalars(query) for version in versions)


def _values(spec: WaiverSpec) -> dict[str, Any]:
    return asdict(spec) | {"services": None if spec.services is None else list(spec.services)}


def _about(key: str) -> Any:
    def about(session: Session, clinic: Clinic) -> Mapping[str, Any]:
        row = _row(session, clinic.id, key)
        return {} if row is None else _values(_spec(session, row))

    return about


def _about_version(key: str) -> Any:
    def about(session: Session, clinic: Clinic) -> Mapping[str, Any]:
        row = _row(session, clinic.id, key)
        return {"version": None if row is None else row.current_sha256, "waiver": key}

    return about


def _about_order(session: Session, clinic: Clinic) -> Mapping[str, Any]:
    return {"order": [row.key for row in _rows(session, clinic.id)]}
