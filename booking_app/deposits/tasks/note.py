"""A line on the appointment in Cliniko, so that the front desk sees there what was paid: its API takes no payments."""

from zoneinfo import ZoneInfo

from booking_app.bookings.models import Booking
from booking_app.clinics.models import Clinic
from booking_app.core.dates import plain_day
from booking_app.core.db import Database
from booking_app.deposits.models import Deposit, DepositState
from booking_app.deposits.vendors.registered import SPECS
from booking_app.pms.practice import Practices
from booking_app.tasks.records import Effect, Work


class NoteDeposit:
    """The task `deposit_note`. Writing begins with reading, so that the line never stands there twice."""

    def __init__(self, database: Database, practices: Practices) -> None:
        self._database = database
        self._practices = practices

    def probe(self, work: Work) -> None:
        """Looking is part of acting."""

    def act(self, work: Work) -> Effect:
        with self._database.reading() as session:
            deposit = session.get_one(Deposit, work.subject_id)
            booking = session.get(Booking, deposit.booking_id) if deposit.booking_id else None
            clinic = session.get_one(Clinic, deposit.clinic_id)
        if booking is None or booking.cliniko_appointment_id is None or deposit.state != DepositState.CAPTURED:
            return Effect(note="no_appointment")
        if booking.is_cancelled:
            return Effect(note="cancelled")
        practice = self._practices(clinic.id).within(deadline=work.deadline, before_write=work.check_lease)
        practice.add_note(booking.cliniko_appointment_id, _line(deposit, clinic))
        return Effect(booking.cliniko_appointment_id)


def _line(deposit: Deposit, clinic: Clinic) -> str:
    paid_at = (deposit.captured_at or deposit.opened_at).astimezone(ZoneInfo(clinic.time_zone))
    title = SPECS[deposit.vendor].title if deposit.vendor in SPECS else deposit.vendor
    test = "TEST, no real money: " if deposit.is_test else ""
    return (
        f"{test}Deposit {deposit.currency} {deposit.amount:.2f} paid online {plain_day(paid_at.date())} "
        f"({title} {deposit.payment_id}), {deposit.reference}"
    )
