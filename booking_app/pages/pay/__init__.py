"""`/pay/<token>`: the way to a payment page and back, in the top window; and where payment vendors report."""

from flask import Flask

from booking_app.deposits.errors import PaymentGone
from booking_app.pages.pay import hooks, views
from booking_app.pages.shared.errors import ErrorPage, error_page

__all__ = ["register"]

PAYMENT_GONE = ErrorPage(
    404, "Payment page not found",
    "This payment link no longer works. If you are not sure whether you have paid, call your clinic.",
)  # fmt: skip


def register(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    app.register_blueprint(hooks.blueprint)
    app.register_error_handler(PaymentGone, lambda _error: error_page(PAYMENT_GONE))
