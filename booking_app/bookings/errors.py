"""What can stand in a patient's way. Each is turned into a page by the widget."""

from booking_app.clinics.models import Clinic


class BookingError(Exception):
    """The parent of what a use case of this package refuses."""


class SlotGone(BookingError):
    """The chosen time belongs to somebody else now."""


class AlreadyBooked(BookingError):
    """The same person has an appointment at this time already; it may be asked for all the same."""


class PaymentNeeded(BookingError):
    """The clinic asks for a deposit before it takes this booking."""


class TooManyHolds(BookingError):
    """This visitor has claimed many times within the hour."""


class BookingBlocked(BookingError):
    """The clinic takes no online bookings from this network, or from this e-mail domain, for a while."""


class DraftGone(BookingError):
    """No draft answers to this token: unknown, ended or idle for too long."""


class DetailsMissing(BookingError):
    """The draft cannot be confirmed yet: the details step is not filled in."""


class CatalogueMissing(BookingError):
    """The clinic's services have never been read and cannot be read now."""


class NotSetUp(CatalogueMissing):
    """No practice system is connected yet, so there is nothing to book."""


class NotOffered(BookingError, LookupError):
    """Service, location and practitioner do not go together, or no longer: the catalogue was read again."""


class BookingGone(BookingError):
    """No booking answers to this token."""


class BookingOver(BookingGone):
    """Its appointment was some days ago, so its link shows nothing any more but how to reach the clinic."""

    def __init__(self, clinic: Clinic) -> None:
        super().__init__("the appointment is over")
        self.clinic = clinic


class TooLate(BookingError):
    """The clinic's notice period has begun: only the front desk can change this booking."""
