"""One clinic's Cliniko behind the Practice protocol. The work is done by one module a noun."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Concatenate, ParamSpec, Self, TypeVar

from booking_app.pms.client import CallRecord, ClinikoClient, HttpClient, HttpTransport
from booking_app.pms.cliniko import realm
from booking_app.pms.cliniko.appointments import (
    add_note,
    archive_appointment,
    attendee_of,
    cancel_appointment,
    changed_appointments,
    create_appointment,
    find_appointment,
    has_conflict,
    move_appointment,
    overlapping,
    read_appointment,
    read_appointments,
)
from booking_app.pms.cliniko.catalogue import read_catalogue
from booking_app.pms.cliniko.custom_fields import read_choices
from booking_app.pms.cliniko.diary import read_diary, read_usual_hours
from booking_app.pms.cliniko.documents import attach_document, documents_of, find_document, read_content, read_document
from booking_app.pms.cliniko.failures import translated
from booking_app.pms.cliniko.form_templates import read_templates
from booking_app.pms.cliniko.forms import complete_form, find_form, finished_forms, forms_of, move_form, read_form
from booking_app.pms.cliniko.groups import find_place, is_in_group, read_group, read_group_times
from booking_app.pms.cliniko.invoices import billing_facts, changed_invoices, invoices_issued, read_invoices
from booking_app.pms.cliniko.patients import (
    archive_patient,
    correct_patient,
    create_patient,
    current_patient,
    find_by_marker,
    find_patients,
    patients_by_email,
    patients_named,
    read_patients,
)
from booking_app.pms.cliniko.rights import read_rights
from booking_app.pms.cliniko.slots import read_next_start, read_starts
from booking_app.pms.errors import PracticeBusy
from booking_app.pms.records import (
    Account,
    PracticeCatalogue,
)

Hook = Callable[[], None]
OnLimit = Callable[[float], None]
Charge = Callable[[float | None], None]
P = ParamSpec("P")
R = TypeVar("R")


def verb(act: "Callable[Concatenate[ClinikoClient, P], R]") -> "Callable[Concatenate[ClinikoPractice, P], R]":
    """A verb of the protocol, done by a function on the client, its errors translated."""

    @wraps(act)
    def speaking(practice: "ClinikoPractice", /, *args: P.args, **kwargs: P.kwargs) -> R:
        with practice.speaking() as client:
            return act(client, *args, **kwargs)

    return speaking


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
        with self.speaking() as client:
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
        with self.speaking() as client:
            return read_catalogue(client, self._realm)

    slot_starts = verb(read_starts)
    next_start = verb(read_next_start)
    group_times = verb(read_group_times)
    group = verb(read_group)
    find_place = verb(find_place)
    is_in_group = verb(is_in_group)
    find_patients = verb(find_patients)
    patients_by_email = verb(patients_by_email)
    find_patient_by_marker = verb(find_by_marker)
    current_patient = verb(current_patient)
    patients_by_id = verb(read_patients)
    patients_named = verb(patients_named)
    create_patient = verb(create_patient)
    correct_patient = verb(correct_patient)
    archive_patient = verb(archive_patient)
    find_appointment = verb(find_appointment)
    appointment = verb(read_appointment)
    appointments = verb(read_appointments)
    changed_appointments = verb(changed_appointments)
    create_appointment = verb(create_appointment)
    move_appointment = verb(move_appointment)
    has_conflict = verb(has_conflict)
    overlapping = verb(overlapping)
    archive_appointment = verb(archive_appointment)
    add_note = verb(add_note)
    cancel_appointment = verb(cancel_appointment)
    attendee_of = verb(attendee_of)
    diary = verb(read_diary)
    usual_hours = verb(read_usual_hours)
    rights = verb(read_rights)
    find_form = verb(find_form)
    forms_of = verb(forms_of)
    finished_forms = verb(finished_forms)
    form = verb(read_form)
    complete_form = verb(complete_form)
    move_form = verb(move_form)
    find_document = verb(find_document)
    documents_of = verb(documents_of)
    attach_document = verb(attach_document)
    document = verb(read_document)
    document_content = verb(read_content)
    custom_fields = verb(read_choices)
    form_templates = verb(read_templates)
    changed_invoices = verb(changed_invoices)
    invoices_issued = verb(invoices_issued)
    invoices = verb(read_invoices)
    billing_facts = verb(billing_facts)

    @contextmanager
    def speaking(self) -> Iterator[ClinikoClient]:
        """The client, with its errors translated and a limit passed on."""
        try:
            with translated():
                yield self._client
        except PracticeBusy as busy:
            if self._on_limit is not None and busy.retry_after is not None:
                self._on_limit(busy.retry_after)
            raise
