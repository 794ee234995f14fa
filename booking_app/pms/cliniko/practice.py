"""One clinic's Cliniko behind the Practice protocol. The work is done by one module a noun."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from typing import Self

from booking_app.pms.client import CallRecord, ClinikoClient, HttpClient, HttpTransport
from booking_app.pms.cliniko import (
    appointments,
    catalogue,
    custom_fields,
    diary,
    documents,
    form_templates,
    forms,
    patients,
    realm,
    rights,
    slots,
)
from booking_app.pms.cliniko.failures import translated
from booking_app.pms.diary import DiaryEntry, UsualHours
from booking_app.pms.errors import PracticeBusy
from booking_app.pms.records import (
    Account,
    Appointment,
    CancelReason,
    CustomFieldChoice,
    FormTemplate,
    NewAppointment,
    NewForm,
    NewPatient,
    PatientRecord,
    PracticeCatalogue,
    StoredDocument,
    StoredForm,
)
from booking_app.pms.rights import Right

Hook = Callable[[], None]
OnLimit = Callable[[float], None]
Charge = Callable[[float | None], None]


class ClinikoPractice:
    """Implements `Practice` over one API key; may be shared by threads.

    `on_limit` hears how many seconds Cliniko wants to be left alone, so that everybody else can stop too.
    """

    def __init__(
        self, client: ClinikoClient, *, realm: str, on_limit: OnLimit | None = None, charge: Charge | None = None,
        deadline: float | None = None,
    ) -> None:  # fmt: skip
        self._client = client if charge is None else client.with_hooks(budget=partial(charge, deadline))
        self._realm = realm
        self._on_limit = on_limit
        self._charge = charge
        self._deadline = deadline

    @classmethod
    def connect(
        cls,
        api_key: str,
        *,
        contact_email: str,
        base_url: str | None = None,
        budget: Hook | None = None,
        on_call: Callable[[CallRecord], None] | None = None,
        on_limit: OnLimit | None = None,
        timeout: float = 10.0,
        http: HttpClient | None = None,
        transport: HttpTransport | None = None,
    ) -> Self:
        """The practice of a key; sends nothing yet. `base_url` replaces the address that follows from the key.

        `budget` runs before every request and may block or raise; `on_call` gets the record of each request, free of
        personal data. Raises PracticeMisconfigured for a key or address that cannot be used.
        """
        with translated():
            place = realm.realm_of(api_key, base_url)
            client = ClinikoClient(
                api_key,
                contact_email=contact_email,
                base_url=base_url,
                budget=budget,
                on_call=on_call,
                timeout=timeout,
                http=http,
                transport=transport,
            )
        return cls(client, realm=place, on_limit=on_limit)

    def __repr__(self) -> str:
        return f"ClinikoPractice({self._realm})"

    def close(self) -> None:
        """Close the connections; copies made by `within` end with it."""
        self._client.close()

    def charged(self, charge: Charge, *, on_limit: OnLimit) -> "ClinikoPractice":
        """The same practice with `charge` run before every request; it gets the deadline and may block or raise."""
        return ClinikoPractice(
            self._client, realm=self._realm, on_limit=on_limit, charge=charge, deadline=self._deadline
        )

    def within(self, *, deadline: float | None = None, before_write: Hook | None = None) -> "ClinikoPractice":
        client = self._client if deadline is None else self._client.with_deadline(deadline)
        if before_write is not None:
            client = client.with_hooks(before_write=before_write)
        earlier = min((one for one in (deadline, self._deadline) if one is not None), default=None)
        return ClinikoPractice(
            client, realm=self._realm, on_limit=self._on_limit, charge=self._charge, deadline=earlier
        )

    def whoami(self) -> Account:
        with self._speaking() as client:
            user, settings = client.user.get(), client.settings.get()
        return Account(
            budget_key=realm.budget_key(self._realm, user.id),
            account_key=realm.account_key(self._realm, settings.account_id),
            user_role=user.role,
            region=self._realm.rpartition("/")[2],
            name=settings.account_name,
            web_address=realm.web_address(self._realm, settings.subdomain),
        )

    def read_catalogue(self) -> PracticeCatalogue:
        with self._speaking() as client:
            return catalogue.read_catalogue(client, self._realm)

    def slot_starts(
        self, *, location_id: str, practitioner_id: str, service_id: str, from_day: date, to_day: date
    ) -> tuple[datetime, ...]:
        with self._speaking() as client:
            return slots.read_starts(
                client,
                location_id=location_id,
                practitioner_id=practitioner_id,
                service_id=service_id,
                from_day=from_day,
                to_day=to_day,
            )

    def next_start(self, *, location_id: str, practitioner_id: str, service_id: str, from_day: date) -> datetime | None:
        with self._speaking() as client:
            return slots.read_next_start(
                client,
                location_id=location_id,
                practitioner_id=practitioner_id,
                service_id=service_id,
                from_day=from_day,
            )

    def find_patients(self, *, email: str, last_name: str, date_of_birth: date) -> tuple[PatientRecord, ...]:
        with self._speaking() as client:
            return patients.find_patients(client, email=email, last_name=last_name, date_of_birth=date_of_birth)

    def find_patient_by_marker(self, marker: str) -> PatientRecord | None:
        with self._speaking() as client:
            return patients.find_by_marker(client, marker)

    def current_patient(self, patient_id: str) -> PatientRecord | None:
        with self._speaking() as client:
            return patients.current_patient(client, patient_id)

    def create_patient(self, patient: NewPatient) -> PatientRecord:
        with self._speaking() as client:
            return patients.create_patient(client, patient)

    def archive_patient(self, patient_id: str) -> None:
        with self._speaking() as client:
            patients.archive_patient(client, patient_id)

    def find_appointment(self, *, patient_id: str, starts_at: datetime, marker: str) -> Appointment | None:
        with self._speaking() as client:
            return appointments.find_appointment(client, patient_id=patient_id, starts_at=starts_at, marker=marker)

    def appointment(self, appointment_id: str) -> Appointment | None:
        with self._speaking() as client:
            return appointments.read_appointment(client, appointment_id)

    def appointments(self, appointment_ids: Sequence[str]) -> tuple[Appointment, ...]:
        with self._speaking() as client:
            return appointments.read_appointments(client, appointment_ids)

    def changed_appointments(self, since: datetime) -> tuple[Appointment, ...]:
        with self._speaking() as client:
            return appointments.changed_appointments(client, since)

    def create_appointment(self, appointment: NewAppointment) -> Appointment:
        with self._speaking() as client:
            return appointments.create_appointment(client, appointment)

    def move_appointment(
        self, appointment_id: str, *, practitioner_id: str, starts_at: datetime, ends_at: datetime
    ) -> Appointment:
        with self._speaking() as client:
            return appointments.move_appointment(
                client, appointment_id, practitioner_id=practitioner_id, starts_at=starts_at, ends_at=ends_at
            )

    def has_conflict(self, appointment_id: str) -> bool:
        with self._speaking() as client:
            return appointments.has_conflict(client, appointment_id)

    def overlapping(self, *, practitioner_id: str, starts_at: datetime, ends_at: datetime) -> tuple[Appointment, ...]:
        with self._speaking() as client:
            return appointments.overlapping(
                client, practitioner_id=practitioner_id, starts_at=starts_at, ends_at=ends_at
            )

    def diary(self, *, practitioner_id: str, starts_at: datetime, ends_at: datetime) -> tuple[DiaryEntry, ...]:
        with self._speaking() as client:
            return diary.read_diary(client, practitioner_id=practitioner_id, starts_at=starts_at, ends_at=ends_at)

    def usual_hours(self, *, practitioner_id: str, location_id: str) -> tuple[UsualHours, ...]:
        with self._speaking() as client:
            return diary.read_usual_hours(client, practitioner_id=practitioner_id, location_id=location_id)

    def rights(self) -> tuple[Right, ...]:
        with self._speaking() as client:
            return rights.read_rights(client)

    def archive_appointment(self, appointment_id: str) -> None:
        with self._speaking() as client:
            appointments.archive_appointment(client, appointment_id)

    def cancel_appointment(self, appointment_id: str, *, reason: CancelReason, note: str) -> None:
        with self._speaking() as client:
            appointments.cancel_appointment(client, appointment_id, reason=reason, note=note)

    def attendee_of(self, appointment_id: str) -> str | None:
        with self._speaking() as client:
            return appointments.attendee_of(client, appointment_id)

    def find_form(self, *, patient_id: str, attendee_id: str, marker: str) -> str | None:
        with self._speaking() as client:
            return forms.find_form(client, patient_id=patient_id, attendee_id=attendee_id, marker=marker)

    def forms_of(self, attendee_ids: Sequence[str]) -> tuple[StoredForm, ...]:
        with self._speaking() as client:
            return forms.forms_of(client, attendee_ids)

    def form(self, form_id: str) -> StoredForm | None:
        with self._speaking() as client:
            return forms.read_form(client, form_id)

    def complete_form(self, form: NewForm) -> str:
        with self._speaking() as client:
            return forms.complete_form(client, form)

    def find_document(self, *, patient_id: str, marker: str) -> StoredDocument | None:
        with self._speaking() as client:
            return documents.find_document(client, patient_id=patient_id, marker=marker)

    def documents_of(self, patient_ids: Sequence[str], *, marker: str) -> tuple[StoredDocument, ...]:
        with self._speaking() as client:
            return documents.documents_of(client, patient_ids, marker=marker)

    def attach_document(
        self, *, patient_id: str, file_name: str, media_type: str, content: bytes, description: str
    ) -> StoredDocument:
        with self._speaking() as client:
            return documents.attach_document(
                client,
                patient_id=patient_id,
                file_name=file_name,
                media_type=media_type,
                content=content,
                description=description,
            )

    def document(self, document_id: str) -> StoredDocument | None:
        with self._speaking() as client:
            return documents.read_document(client, document_id)

    def custom_fields(self) -> tuple[CustomFieldChoice, ...]:
        with self._speaking() as client:
            return custom_fields.read_choices(client)

    def form_templates(self) -> tuple[FormTemplate, ...]:
        with self._speaking() as client:
            return form_templates.read_templates(client)

    @contextmanager
    def _speaking(self) -> Iterator[ClinikoClient]:
        """The client, with its errors translated and a limit passed on."""
        try:
            with translated():
                yield self._client
        except PracticeBusy as busy:
            if self._on_limit is not None and busy.retry_after is not None:
                self._on_limit(busy.retry_after)
            raise
