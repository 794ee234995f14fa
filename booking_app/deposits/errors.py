"""What can stand in the way of paying."""


class PaymentGone(Exception):
    """No payment answers to this address."""


class PaymentUnavailable(Exception):
    """The payment page could not be opened; nothing is owed. `code` says why, free of personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NothingToPay(Exception):
    """The clinic asks for no deposit for this, or not by this method."""


class TooManyDeclines(Exception):
    """Payments of this draft were declined again and again: no other is tried for a while."""


class RefundRefused(Exception):
    """`str()` says in a sentence why this amount cannot be given back."""
