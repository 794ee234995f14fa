"""What the CRM sync may know of a booking. Answers, dates of birth and waivers have no place here on purpose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from booking_app.crm.vendors.records import ConsentProof


@dataclass(frozen=True)
class Person:
    """A name and a phone number in E.164, where there is one."""

    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class CrmFacts:
    """A booking as it is now. `email` was given by the patient, or by the guardian of a minor.

    `starts_at` and `ends_at` carry the zone of the place, in which people read them; `is_missed` says that the patient
    did not come. With `is_read_back` the person was read from Cliniko: consents are what it knows, and raise nothing.

    `next_booking_at` is the patient's next booking that still stands, None when there is none. A consent of None was
    not asked. `attribution` may hold `source`, `utm_*`,
    `referrer_host`, `landing_path` and click ids; anything else in it is ignored.
    """

    reference: str
    starts_at: datetime
    ends_at: datetime
    patient: Person
    email: str = field(repr=False)
    is_minor: bool
    guardian: Person | None
    email_marketing: bool | None
    sms_marketing: bool | None
    is_returning: bool | None
    is_cancelled: bool
    is_missed: bool = False
    next_booking_at: datetime | None
    attribution: Mapping[str, str] = field(default_factory=dict)
    is_read_back: bool = False
    is_staff_entered: bool = False
    email_consent: ConsentProof | None = field(default=None, repr=False)
    category: str | None = field(default=None, repr=False)
    service_name: str | None = field(default=None, repr=False)
    practitioner: str | None = field(default=None, repr=False)


# By booking id; raises RemoteFailure DATA once the personal data has been purged.
LoadCrmFacts = Callable[[int], CrmFacts]
