"""The entry to the Cliniko API: a client with one resource per noun."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import Self

from .addresses import is_loopback_url
from .calls import CallRecord, Hooks, TimeAllowed, Times
from .errors import ClinikoMisconfigured
from .keys import ApiKey, base_url_of, checked_base_url
from .resources.appointment_type_items import AppointmentTypeBillableItemsResource, AppointmentTypeProductsResource
from .resources.appointment_types import AppointmentTypesResource
from .resources.attendees import AttendeesResource
from .resources.available_times import AvailableTimesResource
from .resources.billable_items import BillableItemsResource
from .resources.bookings import BookingsResource
from .resources.businesses import BusinessesResource
from .resources.daily_availabilities import DailyAvailabilitiesResource
from .resources.group_appointments import GroupAppointmentsResource
from .resources.individual_appointments import IndividualAppointmentsResource
from .resources.invoice_items import InvoiceItemsResource
from .resources.invoices import InvoicesResource
from .resources.patient_attachments import PatientAttachmentsResource
from .resources.patient_form_templates import PatientFormTemplatesResource
from .resources.patient_forms import PatientFormsResource
from .resources.patients import PatientsResource
from .resources.practitioners import PractitionersResource
from .resources.products import ProductsResource
from .resources.services import ServicesResource
from .resources.settings import SettingsResource
from .resources.taxes import TaxesResource
from .resources.unavailable_blocks import UnavailableBlocksResource
from .resources.user import UserResource
from .transport import HttpClient, HttpTransport, Transport, new_http

Hook = Callable[[], None]
OnCall = Callable[[CallRecord], None]
_AGENT_PART = re.compile(r"[ -'*-~]{1,100}")  # printable ASCII without brackets


class ClinikoClient:
    """A client for one API key; may be used from several threads.

    ``contact_email`` goes into the User-Agent, which Cliniko demands so that it can reach whoever runs the client.
    ``base_url`` replaces the address that follows from the key, for tests and proxies. ``timeout`` is the seconds one
    request may take in all. Pass ``http`` to share connections between clients (it is then yours to close), or
    ``transport`` and ``times`` to answer requests and move the clock in a test. The hooks are explained in
    ``calls.Hooks``. Raises ClinikoMisconfigured for a key, contact or address that cannot be used.
    """

    def __init__(
        self,
        api_key: str,
        *,
        contact_email: str,
        app_name: str = "Booking front door",
        base_url: str | None = None,
        budget: Hook | None = None,
        before_write: Hook | None = None,
        on_call: OnCall | None = None,
        timeout: float = 10.0,
        http: HttpClient | None = None,
        transport: HttpTransport | None = None,
        times: Times | None = None,
    ) -> None:
        key, clocks = ApiKey(api_key), times or Times()
        address = checked_base_url(base_url) if base_url else base_url_of(api_key)
        pool = new_http(transport, is_local=is_loopback_url(address)) if http is None else http
        self._owned_http = pool if http is None else None
        self._transport = Transport(
            http=pool,
            key=key,
            base_url=address,
            user_agent=_user_agent(app_name, contact_email),
            hooks=Hooks(budget=budget, before_write=before_write, on_call=on_call),
            allowed=TimeAllowed(timeout=timeout, monotonic=clocks.monotonic),
            times=clocks,
        )

    def __repr__(self) -> str:
        return f"ClinikoClient({self.base_url})"

    @property
    def base_url(self) -> str:
        """The address of the API this client speaks to, without a trailing slash."""
        return self._transport.base_url

    def with_deadline(self, deadline: float) -> ClinikoClient:
        """The same client with requests that end by ``deadline``, seconds of ``time.monotonic``.

        When nothing is left, ClinikoDeadline is raised before anything is sent or taken from the budget.
        """
        return self._over(self._transport.with_deadline(deadline))

    def with_hooks(
        self, *, budget: Hook | None = None, before_write: Hook | None = None, on_call: OnCall | None = None
    ) -> ClinikoClient:
        """The same client with other hooks; those not given stay as they are. Connections are shared."""
        old = self._transport.hooks
        hooks = Hooks(
            budget=budget or old.budget, before_write=before_write or old.before_write, on_call=on_call or old.on_call
        )
        return self._over(self._transport.with_hooks(hooks))

    def close(self) -> None:
        """Close the connections this client opened; copies of it end with it, a shared ``http`` stays open."""
        if self._owned_http is not None:
            self._owned_http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _over(self, transport: Transport) -> ClinikoClient:
        copy = object.__new__(ClinikoClient)
        copy._owned_http = None
        copy._transport = transport
        return copy

    @cached_property
    def settings(self) -> SettingsResource:
        return SettingsResource(self._transport)

    @cached_property
    def user(self) -> UserResource:
        return UserResource(self._transport)

    @cached_property
    def businesses(self) -> BusinessesResource:
        return BusinessesResource(self._transport)

    @cached_property
    def practitioners(self) -> PractitionersResource:
        return PractitionersResource(self._transport)

    @cached_property
    def appointment_types(self) -> AppointmentTypesResource:
        return AppointmentTypesResource(self._transport)

    @cached_property
    def services(self) -> ServicesResource:
        return ServicesResource(self._transport)

    @cached_property
    def billable_items(self) -> BillableItemsResource:
        return BillableItemsResource(self._transport)

    @cached_property
    def products(self) -> ProductsResource:
        return ProductsResource(self._transport)

    @cached_property
    def taxes(self) -> TaxesResource:
        return TaxesResource(self._transport)

    @cached_property
    def appointment_type_billable_items(self) -> AppointmentTypeBillableItemsResource:
        return AppointmentTypeBillableItemsResource(self._transport)

    @cached_property
    def appointment_type_products(self) -> AppointmentTypeProductsResource:
        return AppointmentTypeProductsResource(self._transport)

    @cached_property
    def available_times(self) -> AvailableTimesResource:
        return AvailableTimesResource(self._transport)

    @cached_property
    def invoices(self) -> InvoicesResource:
        return InvoicesResource(self._transport)

    @cached_property
    def invoice_items(self) -> InvoiceItemsResource:
        return InvoiceItemsResource(self._transport)

    @cached_property
    def patients(self) -> PatientsResource:
        return PatientsResource(self._transport)

    @cached_property
    def individual_appointments(self) -> IndividualAppointmentsResource:
        return IndividualAppointmentsResource(self._transport)

    @cached_property
    def group_appointments(self) -> GroupAppointmentsResource:
        return GroupAppointmentsResource(self._transport)

    @cached_property
    def attendees(self) -> AttendeesResource:
        return AttendeesResource(self._transport)

    @cached_property
    def patient_form_templates(self) -> PatientFormTemplatesResource:
        return PatientFormTemplatesResource(self._transport)

    @cached_property
    def patient_forms(self) -> PatientFormsResource:
        return PatientFormsResource(self._transport)

    @cached_property
    def patient_attachments(self) -> PatientAttachmentsResource:
        return PatientAttachmentsResource(self._transport)

    @cached_property
    def unavailable_blocks(self) -> UnavailableBlocksResource:
        return UnavailableBlocksResource(self._transport)

    @cached_property
    def daily_availabilities(self) -> DailyAvailabilitiesResource:
        return DailyAvailabilitiesResource(self._transport)

    @cached_property
    def bookings(self) -> BookingsResource:
        return BookingsResource(self._transport)


def _user_agent(app_name: str, contact_email: str) -> str:
    name, email = app_name.strip(), contact_email.strip()
    if not (_AGENT_PART.fullmatch(name) and _AGENT_PART.fullmatch(email) and "@" in email):
        raise ClinikoMisconfigured("Cliniko needs a plain application name and a contact e-mail address")
    return f"{name} ({email})"
