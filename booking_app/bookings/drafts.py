"""Drafts: from the chosen slot to the details typed, behind an unguessable token and without a cookie."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings import holds
from booking_app.bookings import models as tables
from booking_app.bookings.accounts import account_key_of
from booking_app.bookings.errors import DetailsMissing, DraftGone, SlotGone
from booking_app.bookings.held import is_free
from booking_app.bookings.records import Choice, Draft, Evidence, PatientDetails, PayingDraft
from booking_app.bookings.returning.known import Known
from booking_app.bookings.typed import NOTHING, Typed, Typing
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.core.tokens import hash_token, new_token

IDLE = timedelta(minutes=30)  # after this a personal draft shows nothing any more
KEPT = timedelta(hours=24)  # after this any draft is forgotten
TOUCH_EVERY = timedelta(minutes=1)
LEAST_HOLD = timedelta(minutes=1)  # of a time taken again at the end of what one may hold


class Drafts:
    """The drafts of every clinic. Each method is a transaction of its own."""

    def __init__(self, *, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    def open(self, clinic: Clinic, choice: Choice, *, visitor: str, attribution: Mapping[str, str]) -> str:
        """Start a draft that holds the slot; returns its token. Raises SlotGone or TooManyHolds.

        Where so much of the clinic is held already that nobody may hold more, the slot is noted and not held.
        """
        now = self._clock.now()
        token = new_token()
        with self._database.begin() as session:
            share = holds.share(
                session, clinic_id=clinic.id, practitioner_id=choice.practitioner_id, visitor=visitor, now=now
            )
            share.check_visitor(visitor)
            draft = tables.Draft(
                clinic_id=clinic.id,
                family=hash_token(new_token()),
                token_hash=hash_token(token),
                visitor=visitor,
                choice=choice.to_json(),
                sealed_attribution=self._keyring.seal_json(dict(attribution)) if attribution else None,
                created_at=now,
                touched_at=now,
            )
            session.add(draft)
            session.flush()
            if share.is_used_up:
                self._note(session, clinic, draft, choice, now)
            else:
                self._take(session, clinic, draft, choice)
        return token

    def load(self, clinic: Clinic, token: str) -> Draft:
        """The draft as its patient may see it now. Counts as activity. Raises DraftGone."""
        now = self._clock.now()
        with self._database.reading() as session:
            row = find(session, clinic, token, now, lock=False)
            draft = self._view(session, row)
        if now - row.touched_at > TOUCH_EVERY:
            self._touch(clinic, token, now)
        return draft

    def choose_slot(self, clinic: Clinic, token: str, choice: Choice) -> None:
        """Take another slot and keep every answer. Raises SlotGone (the old hold then stays) or DraftGone.

        Where this draft has held times for as long as one may, or too much of the clinic is held already, the slot is
        noted and not held.
        """
        now = self._clock.now()
        with self._database.begin() as session:
            row = find(session, clinic, token, now)
            refuse_if_booked(session, row)
            if self._may_hold(session, clinic, row, choice, now):
                self._take(session, clinic, row, choice)
            else:
                self._note(session, clinic, row, choice, now)
            row.choice = choice.to_json()
            row.touched_at = now
            row.booking_id = None

    def keep_typed(self, clinic: Clinic, token: str, typing: Typing) -> str:
        """Keep what was typed so far, sealed. The first time it moves to a new token, which is returned.

        An empty form moves nothing. Raises DraftGone.
        """
        now = self._clock.now()
        with self._database.begin() as session:
            row = find(session, clinic, token, now)
            refuse_if_booked(session, row)
            typed = typing.onto(self._typed(row))
            if not typed.values and not is_personal(row):
                return token
            row, token = self._made_personal(session, row, token)
            row.sealed_typed = self._keyring.seal_json(typed.to_json())
            row.touched_at = now
        return token

    def save_details(
        self, clinic: Clinic, token: str, details: PatientDetails, evidence: Evidence, typing: Typing = NOTHING
    ) -> str:
        """Keep the details, checked and whole, and what of them came with this request; sealed.

        The first personal data moves to a new token, which is returned. Raises DraftGone.
        """
        now = self._clock.now()
        # The wording is kept as it was shown: the clinic may change it before the document is made.
        wording = asdict(clinic.consent_wording())
        sealed = self._keyring.seal_json(
            {"details": details.to_json(), "evidence": evidence.to_json(), "wording": wording}
        )
        with self._database.begin() as session:
            row = find(session, clinic, token, now)
            refuse_if_booked(session, row)
            row, token = self._made_personal(session, row, token)
            row.sealed_typed = self._keyring.seal_json(typing.onto(self._typed(row)).to_json())
            row.sealed_details = sealed
            row.touched_at = now
            self._regrow(session, clinic, row, now)
        return token

    def prove_email(self, clinic: Clinic, token: str) -> str:
        """Keep that the e-mail typed is the patient's. The draft moves to a new token, which is returned.

        Raises DraftGone; DetailsMissing where no e-mail was typed.
        """
        now = self._clock.now()
        moved = new_token()
        with self._database.begin() as session:
            row = find(session, clinic, token, now)
            refuse_if_booked(session, row)
            if row.sealed_details is None:
                raise DetailsMissing
            details = read_details(self._keyring, row.sealed_details)[0]
            row.proven_email, row.token_hash, row.touched_at = proof_of(details.contact_email), hash_token(moved), now
        return moved

    def extend(self, clinic: Clinic, token: str) -> datetime | None:
        """Let the hold grow, or take it again if the time is still free; None when it is gone. Raises DraftGone."""
        now = self._clock.now()
        with self._database.begin() as session:
            row = find(session, clinic, token, now)
            row.touched_at = now
            return self._regrow(session, clinic, row, now)

    def keep_for_payment(self, clinic: Clinic, token: str, until: datetime) -> PayingDraft:
        """Let draft and hold outlast a payment page that closes at `until`; what the page needs to be opened.

        A time that cannot be held for so long is taken again when the patient is back. Raises DraftGone,
        DetailsMissing, or SlotGone when the time is somebody else's already.
        """
        now = self._clock.now()
        with self._database.begin() as session:
            row = find(session, clinic, token, now)
            refuse_if_booked(session, row)
            if row.sealed_details is None:
                raise DetailsMissing
            choice, hold = Choice.from_json(row.choice), holds.of_family(session, row.family)
            if hold is None or not holds.is_for(hold, choice, now):
                self._take(session, clinic, row, choice)
                hold = holds.of_family(session, row.family)
            if hold is not None:
                holds.extend(hold, min(until, row.created_at + holds.LONGEST_PAYING))
            row.touched_at = until
            details = read_details(self._keyring, row.sealed_details)[0]
            return PayingDraft(row.id, row.family, choice, details)

    def _touch(self, clinic: Clinic, token: str, now: datetime) -> None:
        with self._database.begin() as session:
            find(session, clinic, token, now).touched_at = now

    def _take(self, session: Session, clinic: Clinic, row: tables.Draft, choice: Choice) -> None:
        now = self._clock.now()
        holds.take(
            session,
            clinic_id=clinic.id,
            account_key=account_key_of(session, clinic.id),
            family=row.family,
            visitor=row.visitor,
            choice=choice,
            now=now,
            lasts=max(self._may_hold_until(clinic, row) - now, LEAST_HOLD),
        )

    def _note(self, session: Session, clinic: Clinic, row: tables.Draft, choice: Choice, now: datetime) -> None:
        """Let go of what is held for another slot, if nobody else holds that. Raises SlotGone."""
        is_unheld = is_free(
            session,
            account_key=account_key_of(session, clinic.id),
            choice=choice,
            now=now,
            but_family=row.family,
        )
        if not is_unheld:
            raise SlotGone
        holds.release(session, row.family, now, is_booked=False)

    def _may_hold(self, session: Session, clinic: Clinic, row: tables.Draft, choice: Choice, now: datetime) -> bool:
        """Whether the draft may take a hold of this slot: for its own time, and for what others hold of the clinic."""
        if self._may_hold_until(clinic, row) <= now:
            return False  # a page left open all day must not claim the time for ever; confirming still may
        used = holds.share(
            session, clinic_id=clinic.id, practitioner_id=choice.practitioner_id, visitor=row.visitor, now=now,
            but_family=row.family,
        )  # fmt: skip
        return not used.is_used_up

    def _may_hold_until(self, clinic: Clinic, row: tables.Draft) -> datetime:
        """When a hold taken or renewed now ends: the clinic's minutes from now, within what all of them may last."""
        lasts = _hold_time(clinic)
        return min(self._clock.now() + lasts, row.created_at + max(holds.LONGEST_HOLDING, lasts))

    def _regrow(self, session: Session, clinic: Clinic, row: tables.Draft, now: datetime) -> datetime | None:
        choice, until = Choice.from_json(row.choice), self._may_hold_until(clinic, row)
        hold = holds.of_family(session, row.family)
        if hold is not None and holds.is_for(hold, choice, now):
            holds.extend(hold, until)
            return hold.expires_at
        if not self._may_hold(session, clinic, row, choice, now):
            return None
        try:
            self._take(session, clinic, row, choice)
        except SlotGone:
            return None
        return until

    def _typed(self, row: tables.Draft) -> Typed:
        return read_typed(self._keyring, row)

    def _made_personal(self, session: Session, row: tables.Draft, token: str) -> tuple[tables.Draft, str]:
        """The row that may hold what is personal, with its token: this one, or a new one of the same family."""
        if is_personal(row):
            return row, token
        token = new_token()
        row = self._personal_copy(row, token)
        session.add(row)
        return row, token

    def _personal_copy(self, row: tables.Draft, token: str) -> tables.Draft:
        return tables.Draft(
            clinic_id=row.clinic_id,
            family=row.family,
            token_hash=hash_token(token),
            visitor=row.visitor,
            choice=row.choice,
            sealed_attribution=row.sealed_attribution,
            created_at=row.created_at,  # when this family began to hold times
        )

    def _view(self, session: Session, row: tables.Draft) -> Draft:
        hold = holds.of_family(session, row.family)
        choice = Choice.from_json(row.choice)
        booking = session.get(tables.Booking, row.booking_id) if row.booking_id else None
        stands = holds.is_for(hold, choice, self._clock.now())
        draft = Draft(
            choice=choice,
            details=None,
            is_personal=is_personal(row),
            has_moved=not is_personal(row) and _has_moved(session, row),
            opened_at=row.created_at,
            hold_ends_at=hold.expires_at if hold and stands else None,
            booking_state=booking.state if booking else None,
            attribution=read_attribution(self._keyring, row),
        )
        is_over = booking is not None and booking.state not in tables.BACK_AT_WORK
        if is_over:
            return draft
        details = read_details(self._keyring, row.sealed_details)[0] if row.sealed_details else None
        has_proven = details is not None and row.proven_email == proof_of(details.contact_email)
        known = read_known(self._keyring, row)
        return replace(draft, details=details, typed=self._typed(row), has_proven_email=has_proven, known=known)


def find(session: Session, clinic: Clinic, token: str, now: datetime, *, lock: bool = True) -> tables.Draft:
    """The draft's row, locked until the transaction ends. Raises DraftGone for unknown, foreign and idle ones."""
    query = select(tables.Draft).where(
        tables.Draft.token_hash == hash_token(token), tables.Draft.clinic_id == clinic.id
    )
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None or now - row.touched_at > (IDLE if is_personal(row) else KEPT):
        raise DraftGone
    return row


def _has_moved(session: Session, row: tables.Draft) -> bool:
    """Whether what was typed stands in a newer row by now, whose key nobody learns from this one."""
    newer = select(tables.Draft.id).where(tables.Draft.family == row.family, tables.Draft.id > row.id)
    return session.scalar(newer.limit(1)) is not None


def is_personal(row: tables.Draft) -> bool:
    """Whether anything a patient typed stands in this row."""
    return row.sealed_details is not None or row.sealed_typed is not None


def family_of(session: Session, token: str) -> str | None:
    """The family of the draft with this token, whose hold is its own."""
    return session.scalar(select(tables.Draft.family).where(tables.Draft.token_hash == hash_token(token)))


def refuse_if_booked(session: Session, row: tables.Draft) -> None:
    """Raise DraftGone when this draft has become a booking that was neither lost nor withdrawn."""
    booking = session.get(tables.Booking, row.booking_id) if row.booking_id else None
    if booking is not None and booking.state not in tables.BACK_AT_WORK:
        raise DraftGone


def read_details(keyring: Keyring, sealed: bytes) -> tuple[PatientDetails, Evidence, dict[str, Any]]:
    """What was typed, its circumstances, and whatever else was sealed beside them."""
    value = keyring.unseal_json(sealed)
    details = PatientDetails.from_json(value.pop("details"))
    return details, Evidence.from_json(value.pop("evidence")), value


def proof_of(email: str) -> str:
    """What a draft keeps of an e-mail that was proven to be its patient's."""
    return hash_token(f"proven:{email.casefold()}")


def read_typed(keyring: Keyring, row: tables.Draft) -> Typed:
    """Everything that was typed into a draft so far."""
    return Typed.from_json(keyring.unseal_json(row.sealed_typed)) if row.sealed_typed else Typed()


def read_known(keyring: Keyring, row: tables.Draft) -> Known | None:
    """What a proven e-mail has told about the patient; None where nobody came back."""
    return Known.from_json(keyring.unseal_json(row.sealed_known)) if row.sealed_known else None


def read_attribution(keyring: Keyring, row: tables.Draft) -> dict[str, str]:
    """Where the patient of this draft came from."""
    return dict(keyring.unseal_json(row.sealed_attribution)) if row.sealed_attribution else {}


def _hold_time(clinic: Clinic) -> timedelta:
    return timedelta(minutes=clinic.booking_rules().hold_minutes)
