"""What can go wrong at every payment vendor, beside what goes wrong everywhere."""

from booking_app.core.outbound_http.errors import VendorConflict, VendorOutcomeUnknown


class UnexpectedState(VendorConflict):
    """The payment is not where the call needs it: somebody was faster, or its time is over. Look."""


class KeptFailure(VendorOutcomeUnknown):
    """A failure of the server that its key goes on to repeat: look, then take another key."""
