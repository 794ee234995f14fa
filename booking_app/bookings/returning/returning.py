"""Been here before? The e-mail, the code, and what Cliniko knows of whoever can read mail sent there."""

from datetime import date

from sqlalchemy import func, select

from booking_app.bookings.drafts import Drafts, find, proof_of, read_typed, refuse_if_booked
from booking_app.bookings.errors import BookingError
from booking_app.bookings.models import Draft
from booking_app.bookings.returning.known import Candidate, Known, known_person, people_among
from booking_app.bookings.subject import draft_subject
from booking_app.bookings.typed import Typing
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.one_time_codes import OneTimeCodes, Verdict
from booking_app.core.sealing import Keyring
from booking_app.core.tokens import hash_token, new_token
from booking_app.intake.fields import fields_of
from booking_app.intake.form_reading import earlier_of, guardian_of
from booking_app.pms.practice import Practice, Practices
from booking_app.pms.records import PatientRecord
from booking_app.tasks import store
from booking_app.tasks.models import Task
from booking_app.tasks.records import PlannedTask
from booking_app.tasks.runner import TaskRunner

PURPOSE = "return"
CODE_TASK = "return_code"
READ_SECONDS = 6.0  # somebody waits for the page


class NotProven(BookingError):
    """Nobody has shown to read the mail of the address that stands in the draft."""


class Returning:
    """`practices` opens Cliniko for what somebody waits for. Asking for a code does the same for every address."""

    def __init__(
        self, *, database: Database, keyring: Keyring, clock: Clock, drafts: Drafts, codes: OneTimeCodes,
        practices: Practices, task_runner: TaskRunner,
    ) -> None:  # fmt: skip
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._drafts = drafts
        self._codes = codes
        self._practices = practices
        self._task_runner = task_runner

    def send_code(self, clinic: Clinic, token: str, email: str) -> str:
        """Keep the e-mail with the draft and have a code sent to it, by a task; commits. Returns the draft's token.

        Cliniko is not asked here, so that the answer is the same, and comes as soon, whoever has that address.
        Each call sends another code, which voids the one before. Raises DraftGone.
        """
        token = self._drafts.keep_typed(clinic, token, Typing(frozenset({"email"}), {"email": (email,)}))
        now = self._clock.now()
        with self._database.begin() as session:
            row = find(session, clinic, token, now)
            subject = draft_subject(row.id)
            sent = session.scalar(select(func.count()).select_from(Task).where(*store.is_about(subject)))
            task = PlannedTask(f"{CODE_TASK}:{(sent or 0) + 1}", kind=CODE_TASK)
            store.plan(session, clinic_id=clinic.id, subject=subject, tasks=[task], now=now)
        self._task_runner.wake(subject)
        return token

    def check_code(self, clinic: Clinic, token: str, typed: str) -> tuple[Verdict, str]:
        """Whether this is the code; a right one is used up and moves the draft to the token returned. Commits.

        Raises DraftGone.
        """
        now = self._clock.now()
        with self._database.reading() as session:
            email = self._email_of(find(session, clinic, token, now, lock=False))
        verdict = self._codes.check(PURPOSE, hash_token(token), code_about(email), typed)
        if verdict is not Verdict.RIGHT:
            return verdict, token
        moved = new_token()
        with self._database.begin() as session:
            row = find(session, clinic, token, now)
            refuse_if_booked(session, row)
            row.proven_email, row.token_hash, row.touched_at = proof_of(email), hash_token(moved), now
            row.sealed_known = None
        return verdict, moved

    def recall(self, clinic: Clinic, token: str) -> Known:
        """Read from Cliniko who has the proven e-mail, and what they filed; commits. Two requests for one person.

        Raises DraftGone, NotProven, or RemoteFailure while Cliniko does not answer; it may be called again then.
        """
        found = self._people(clinic, token)
        if len(found) == 1:
            return self._keep(clinic, token, self._known(clinic, found[0]))
        names = tuple(Candidate(one.cliniko_id, one.preferred_first_name or one.first_name) for one in found)
        return self._keep(clinic, token, Known(names))

    def choose(self, clinic: Clinic, token: str, cliniko_id: str, born: date) -> Known | None:
        """Open what is known of one of several patients to whoever also knows the birth date; None for a wrong one.

        Raises as `recall` does, and reads as much.
        """
        found = next((one for one in self._people(clinic, token) if one.cliniko_id == cliniko_id), None)
        if found is None or found.date_of_birth != born:
            return None
        return self._keep(clinic, token, self._known(clinic, found))

    def _people(self, clinic: Clinic, token: str) -> list[PatientRecord]:
        with self._database.reading() as session:
            row = find(session, clinic, token, self._clock.now(), lock=False)
            email = self._email_of(row)
            if row.proven_email != proof_of(email):
                raise NotProven
        return people_among(self._practice(clinic).patients_by_email(email))

    def _known(self, clinic: Clinic, record: PatientRecord) -> Known:
        """The person, with what their earlier forms still say today."""
        forms = self._practice(clinic).finished_forms(record.cliniko_id)
        with self._database.reading() as session:
            fields = fields_of(session, clinic.id)
        consents = clinic.consent_wording()
        wordings = [text for text in (consents.privacy, consents.email_marketing, consents.sms_marketing) if text]
        earlier = earlier_of(forms, fields=fields, wordings=wordings, region=clinic.region)
        earlier = earlier.with_address(record.address, fields, self._clock.now())
        return Known(person=known_person(record), earlier=earlier, guardian=guardian_of(forms))

    def _keep(self, clinic: Clinic, token: str, known: Known) -> Known:
        now = self._clock.now()
        with self._database.begin() as session:
            row = find(session, clinic, token, now)
            refuse_if_booked(session, row)
            row.sealed_known, row.touched_at = self._keyring.seal_json(known.to_json()), now
        return known

    def _practice(self, clinic: Clinic) -> Practice:
        return self._practices(clinic.id).within(deadline=self._clock.monotonic() + READ_SECONDS)

    def _email_of(self, row: Draft) -> str:
        return typed_email(self._keyring, row)


def typed_email(keyring: Keyring, row: Draft) -> str:
    """The e-mail that stands in a draft's form; empty where none does."""
    return " ".join(read_typed(keyring, row).values.get("email", ())).strip()


def code_about(email: str) -> str:
    """What a code is good for: the same however the address is written."""
    return email.casefold()
