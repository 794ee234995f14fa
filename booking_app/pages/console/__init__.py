"""The console: what the people of a clinic see and set. One module a noun."""

from flask import Flask
from werkzeug.exceptions import NotFound

# Importing a module adds its routes.
from booking_app.pages.console import (
    account,
    accounting,
    accounting_invoices,
    accounting_report,
    accounting_settings,
    alerts,
    booking_export,
    bookings,
    branding,
    changes,
    clinic_file,
    clinics,
    cliniko_key,
    closing,
    comparison,
    connections,
    contact_fixes,
    deposit_report,
    deposit_settings,
    deposits,
    details,
    documents,
    embed,
    errors,
    forgotten,
    home,
    insight,
    invitations,
    locations,
    matches,
    my_sessions,
    new_clinic,
    passwords,
    people,
    person,
    practitioners,
    question_templates,
    questions,
    rules,
    security,
    services,
    sessions,
    sign_in,
    sign_in_code,
    start,
    tasks,
    times,
    unwanted,
    waivers,
    week,
    why,
)
from booking_app.pages.console.blueprint import blueprint

__all__ = ["register"]


def register(app: Flask) -> None:
    """Sessions first, because signing in and form tokens stand on them."""
    sessions.register(app)
    security.register(app)
    if not blueprint._got_registered_once:
        errors.register(app)
    app.register_blueprint(blueprint)
    app.register_error_handler(NotFound, errors.lost)
