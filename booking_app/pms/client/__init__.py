"""A client for the REST API of Cliniko, the practice management system.

    client = ClinikoClient(api_key, contact_email="you@example.com")
    for patient in client.patients.list(where=[PatientFields.email.equals("jo@example.com")]):
        ...

One resource per noun, frozen dataclasses out, aware UTC datetimes, ids as opaque strings, and an error tree (see
``errors``) that tells "nothing happened" from "nobody knows". It needs httpx and the standard library only.
"""

from .calls import CallRecord, Times
from .client import ClinikoClient
from .errors import (
    ClinikoBadRequest,
    ClinikoDeadline,
    ClinikoDisconnected,
    ClinikoError,
    ClinikoForbidden,
    ClinikoForeignLink,
    ClinikoMisconfigured,
    ClinikoNotFound,
    ClinikoNotJson,
    ClinikoNotSent,
    ClinikoOutcomeUnknown,
    ClinikoRateLimited,
    ClinikoRefused,
    ClinikoRejected,
    ClinikoServerError,
    ClinikoStorageFailed,
    ClinikoTimedOut,
    ClinikoUnauthorized,
    ClinikoUnavailable,
    ClinikoUnreachable,
    ClinikoUnreadable,
    NotBookableOnline,
)
from .filters import ARCHIVED_AT, CANCELLED_AT, CREATED_AT, DELETED_AT, ID, UPDATED_AT, Filter
from .keys import base_url_of, shard_of
from .resources.appointment_type_items import AppointmentTypeItem
from .resources.appointment_types import AppointmentType, AppointmentTypeFields
from .resources.attendees import Attendee, AttendeeFields
from .resources.available_times import AvailableTime
from .resources.billable_items import BillableItem
from .resources.bookings import Booking, BookingFields
from .resources.businesses import Business, BusinessFields
from .resources.daily_availabilities import DailyAvailability, DailyAvailabilityFields
from .resources.group_appointments import GroupAppointment, GroupAppointmentFields
from .resources.individual_appointments import (
    CancellationReason,
    IndividualAppointment,
    IndividualAppointmentFields,
)
from .resources.invoice_items import InvoiceItem, InvoiceItemFields
from .resources.invoices import Invoice, InvoiceFields
from .resources.patient_attachments import PatientAttachment, PatientAttachmentFields, PresignedPost
from .resources.patient_form_templates import PatientFormTemplate
from .resources.patient_forms import PatientForm, PatientFormFields, Signature
from .resources.patient_writing import PatientMembers, PhoneNumber
from .resources.patients import Patient, PatientFields
from .resources.practitioners import Practitioner, PractitionerFields
from .resources.products import Product
from .resources.services import Service
from .resources.settings import (
    CustomField,
    CustomFieldOption,
    CustomFieldSection,
    OnlineBookings,
    PublicSettings,
)
from .resources.taxes import Tax
from .resources.unavailable_blocks import UnavailableBlock, UnavailableBlockFields
from .resources.user import User
from .transport import HttpClient, HttpTransport, new_http

__all__ = [
    "ARCHIVED_AT",
    "CANCELLED_AT",
    "CREATED_AT",
    "DELETED_AT",
    "ID",
    "UPDATED_AT",
    "AppointmentType",
    "AppointmentTypeFields",
    "AppointmentTypeItem",
    "Attendee",
    "AttendeeFields",
    "AvailableTime",
    "BillableItem",
    "Booking",
    "BookingFields",
    "Business",
    "BusinessFields",
    "CallRecord",
    "CancellationReason",
    "ClinikoBadRequest",
    "ClinikoClient",
    "ClinikoDeadline",
    "ClinikoDisconnected",
    "ClinikoError",
    "ClinikoForbidden",
    "ClinikoForeignLink",
    "ClinikoMisconfigured",
    "ClinikoNotFound",
    "ClinikoNotJson",
    "ClinikoNotSent",
    "ClinikoOutcomeUnknown",
    "ClinikoRateLimited",
    "ClinikoRefused",
    "ClinikoRejected",
    "ClinikoServerError",
    "ClinikoStorageFailed",
    "ClinikoTimedOut",
    "ClinikoUnauthorized",
    "ClinikoUnavailable",
    "ClinikoUnreachable",
    "ClinikoUnreadable",
    "CustomField",
    "CustomFieldOption",
    "CustomFieldSection",
    "DailyAvailability",
    "DailyAvailabilityFields",
    "Filter",
    "GroupAppointment",
    "GroupAppointmentFields",
    "HttpClient",
    "HttpTransport",
    "IndividualAppointment",
    "IndividualAppointmentFields",
    "Invoice",
    "InvoiceFields",
    "InvoiceItem",
    "InvoiceItemFields",
    "NotBookableOnline",
    "OnlineBookings",
    "Patient",
    "PatientAttachment",
    "PatientAttachmentFields",
    "PatientFields",
    "PatientForm",
    "PatientFormFields",
    "PatientFormTemplate",
    "PatientMembers",
    "PhoneNumber",
    "Practitioner",
    "PractitionerFields",
    "PresignedPost",
    "Product",
    "PublicSettings",
    "Service",
    "Signature",
    "Tax",
    "Times",
    "UnavailableBlock",
    "UnavailableBlockFields",
    "User",
    "base_url_of",
    "new_http",
    "shard_of",
]
