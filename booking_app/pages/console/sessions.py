"""Sessions that exist below `/console` alone: a patient's page can neither read nor set a cookie."""

from flask import Flask, Request, Response
from flask import request as this_request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from booking_app.clinics.staff_sessions import IDLE
from booking_app.pages.console.blueprint import PATH, is_console
from booking_app.pages.shared import use_cases


class ConsoleSessions(SecureCookieSessionInterface):
    """Signed cookies below the console's path; elsewhere an empty session that is thrown away."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if is_console(request.path) else self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if is_console(this_request.path):
            super().save_session(app, session, response)


def register(app: Flask) -> None:
    app.session_interface = ConsoleSessions()
    app.config.update(
        SESSION_COOKIE_NAME="console",
        SESSION_COOKIE_PATH=PATH,
        SESSION_COOKIE_HTTPONLY=True,
        # Lax, because a link in a mail to the clinic has to arrive signed in; every change carries a token besides.
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=IDLE,
    )
    with app.app_context():
        app.config["SESSION_COOKIE_SECURE"] = use_cases().settings.base_url.startswith("https://")
