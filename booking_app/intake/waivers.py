"""Waivers: texts a clinic publishes, each exact version kept and named by its hash."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from booking_app.intake.models import Waiver, WaiverVersion
from booking_app.intake.waiver_text import (
    WaiverInvalid,
    body_html,
    body_sha256,
    check_body,
    placeholders_in,
    with_blanks,
)

WaiverKind = Literal["consent", "policies", "recreational"]
SignatureRule = Literal["required", "optional", "none"]
LONGEST_TITLE = 200


@dataclass(frozen=True)
class WaiverSpec:
    """A waiver as the clinic writes it. `services` None means every service; `body` is Markdown."""

    key: str
    title: str
    kind: WaiverKind
    body: str
    signature: SignatureRule = "required"
    services: tuple[str, ...] | None = None
    resign_after_days: int | None = None


@dataclass(frozen=True)
class WaiverText:
    """One exact version, ready to show. `body_html` is clean and still holds the placeholders."""

    key: str
    title: str
    kind: WaiverKind
    signature: SignatureRule
    version_sha256: str
    body_markdown: str
    body_html: str
    effective_at: datetime
    placeholders: tuple[str, ...]
    resign_after_days: int | None = None

    def html_for_reading(self, labels: Mapping[str, str]) -> str:
        """The text before anything is answered; `labels`: field key -> label, for the blanks."""
        return with_blanks(self.body_html, labels)


def waivers_for(session: Session, clinic_id: int, service_id: str) -> list[WaiverText]:
    """The current texts to agree to for a service, in the clinic's order."""
    rows = session.execute(_current(clinic_id))
    return [_text(waiver, version) for waiver, version in rows if _is_for(waiver, service_id)]


def waivers_of(session: Session, clinic_id: int) -> list[WaiverSpec]:
    """Every waiver of a clinic that is in use, as it was written."""
    return [_spec(waiver, version.body) for waiver, version in session.execute(_current(clinic_id))]


def waiver_version(session: Session, clinic_id: int, sha256: str, *, key: str | None = None) -> WaiverText | None:
    """An exact version, current or not; what a patient saw stays readable after a newer one was published."""
    query = select(Waiver, WaiverVersion).join(WaiverVersion, WaiverVersion.waiver_id == Waiver.id)
    query = query.where(Waiver.clinic_id == clinic_id, WaiverVersion.sha256 == sha256)
    if key is not None:
        query = query.where(Waiver.key == key)
    found = session.execute(query.order_by(Waiver.id)).first()
    return None if found is None else _text(found[0], found[1])


def publish(
    session: Session, waiver: Waiver, body: str, *, field_keys: Collection[str], now: datetime
) -> WaiverVersion:
    """Make `body` the current version; the same text is the same version. The caller commits. Raises WaiverInvalid."""
    text = check_body(body, field_keys)
    sha256 = body_sha256(text)
    query = select(WaiverVersion).where(WaiverVersion.waiver_id == waiver.id, WaiverVersion.sha256 == sha256)
    version = session.scalar(query)
    if version is None:
        version = WaiverVersion(waiver_id=waiver.id, sha256=sha256, body=text, published_at=now)
        session.add(version)
    waiver.current_sha256 = sha256
    session.flush()
    return version


def replace_waivers(
    session: Session, clinic_id: int, specs: Sequence[WaiverSpec], *, field_keys: Collection[str], now: datetime
) -> None:
    """Make `specs` the clinic's waivers; others are retired and keep their versions. The caller commits.

    Raises WaiverInvalid before anything is changed.
    """
    check_waivers(specs, field_keys)
    rows = {row.key: row for row in session.scalars(select(Waiver).where(Waiver.clinic_id == clinic_id))}
    wanted = {spec.key for spec in specs}
    for key, row in rows.items():
        row.retired_at = None if key in wanted else row.retired_at or now
    for position, spec in enumerate(specs):
        row = rows.get(spec.key) or Waiver(clinic_id=clinic_id, key=spec.key)
        write_spec(row, spec, position)
        session.add(row)
        session.flush()
        publish(session, row, spec.body, field_keys=field_keys, now=now)


def check_waivers(specs: Sequence[WaiverSpec], field_keys: Collection[str]) -> None:
    """Raises WaiverInvalid naming the first waiver that cannot be published."""
    seen: set[str] = set()
    for spec in specs:
        try:
            _check(spec, seen)
            check_body(spec.body, field_keys)
        except WaiverInvalid as error:
            raise WaiverInvalid(f"Waiver {spec.key!r}: {error}", error.about) from error
        seen.add(spec.key)


def needs_resigning(
    *, signed_at: datetime, signed_sha256: str, current_sha256: str, resign_after_days: int | None, now: datetime
) -> bool:
    """Whether an earlier signature no longer covers: another text is current, or its time is over."""
    if signed_sha256 != current_sha256:
        return True
    return resign_after_days is not None and now >= signed_at + timedelta(days=resign_after_days)


def _check(spec: WaiverSpec, seen: set[str]) -> None:
    if spec.key in seen:
        raise WaiverInvalid("Two waivers have this key.", "key")
    if not spec.key or len(spec.key) > 40:
        raise WaiverInvalid("A key has 1 to 40 characters.", "key")
    if not 0 < len(spec.title.strip()) <= LONGEST_TITLE:
        raise WaiverInvalid(f"Write a title of 1 to {LONGEST_TITLE} characters.", "title")
    if spec.kind not in get_args(WaiverKind):
        raise WaiverInvalid(f"The kind is one of {', '.join(get_args(WaiverKind))}.", "kind")
    if spec.signature not in get_args(SignatureRule):
        raise WaiverInvalid(f"The signature is one of {', '.join(get_args(SignatureRule))}.", "signature")
    if spec.resign_after_days is not None and spec.resign_after_days < 1:
        raise WaiverInvalid("Sign again after 1 day or more.", "resign_after_days")
    if spec.services is not None and not spec.services:
        raise WaiverInvalid("Name at least one service, or leave them out for every service.", "services")


def _current(clinic_id: int) -> Select[Waiver, WaiverVersion]:
    is_current = (WaiverVersion.waiver_id == Waiver.id) & (WaiverVersion.sha256 == Waiver.current_sha256)
    query = select(Waiver, WaiverVersion).join(WaiverVersion, is_current)
    return query.where(Waiver.clinic_id == clinic_id, Waiver.retired_at.is_(None)).order_by(Waiver.position, Waiver.id)


def _is_for(waiver: Waiver, service_id: str) -> bool:
    return waiver.services is None or service_id in waiver.services


def written_spec(session: Session, waiver: Waiver) -> WaiverSpec | None:
    """The waiver as patients are asked it; None for one that was never published."""
    is_current = (WaiverVersion.waiver_id == waiver.id, WaiverVersion.sha256 == waiver.current_sha256)
    version = session.scalar(select(WaiverVersion).where(*is_current))
    return None if version is None else _spec(waiver, version.body)


def write_spec(row: Waiver, spec: WaiverSpec, position: int) -> None:
    """Everything but the text, which is published. The caller commits."""
    row.title = spec.title.strip()
    row.kind = spec.kind
    row.signature = spec.signature
    row.services = None if spec.services is None else list(spec.services)
    row.resign_after_days = spec.resign_after_days
    row.position = position


def draft_spec(waiver: Waiver) -> WaiverSpec | None:
    """The waiver with the text that waits to be published; None where none does."""
    return None if waiver.draft_body is None else _spec(waiver, waiver.draft_body)


def _spec(waiver: Waiver, body: str) -> WaiverSpec:
    return WaiverSpec(
        key=waiver.key,
        title=waiver.title,
        kind=waiver.kind,  # type: ignore[arg-type]
        body=body,
        signature=waiver.signature,  # type: ignore[arg-type]
        services=None if waiver.services is None else tuple(waiver.services),
        resign_after_days=waiver.resign_after_days,
    )


def _text(waiver: Waiver, version: WaiverVersion) -> WaiverText:
    return WaiverText(
        key=waiver.key,
        title=waiver.title,
        kind=waiver.kind,  # type: ignore[arg-type]
        signature=waiver.signature,  # type: ignore[arg-type]
        version_sha256=version.sha256,
        body_markdown=version.body,
        body_html=body_html(version.body),
        effective_at=version.published_at,
        placeholders=placeholders_in(version.body),
        resign_after_days=waiver.resign_after_days,
    )
