"""Flask-Security and form tokens, set up for the console alone."""

from typing import Any, cast

from flask import Flask, Response, current_app, request
from flask_security import Security, hash_password
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

from booking_app.pages.console.accounts import Account, Accounts
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.origin import is_from_our_pages
from booking_app.pages.shared import use_cases

SHORTEST_PASSWORD = 12

csrf = CSRFProtect()


def register(app: Flask) -> None:
    """After the session interface is in place."""
    with app.app_context():
        accounts = Accounts(use_cases().database)
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # patients' forms carry tokens of their own; see `_protect`
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        # It would demand a Referer of every browser behind TLS; `_protect` asks what browsers do send.
        WTF_CSRF_SSL_STRICT=False,
        SESSION_PROTECTION=None,  # a phone changes its address all day
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the method, not a password
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},
        # Of OWASP's recommendations the one that eight guessing threads cannot turn into a lack of memory.
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            "argon2__memory_cost": 19456,
            "argon2__time_cost": 2,
            "argon2__parallelism": 1,
        },
        SECURITY_PASSWORD_LENGTH_MIN=SHORTEST_PASSWORD,
        SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL=False,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
    )
    before = _hooks(app)
    csrf.init_app(app)
    security = Security(app, accounts, register_blueprint=False)
    _leave_patients_alone(app, before)
    # Only a session signs in: no token from a header, an address or a posted document is looked at.
    security.login_manager.request_loader(None)
    security.login_manager.user_loader(_signed_in)


# Flask-Security, Flask-Login and Flask-WTF look for a session and a user at every request of the application.
HOOKS = ("before_request_funcs", "after_request_funcs", "template_context_processors")


def _hooks(app: Flask) -> dict[str, list[Any]]:
    return {kind: list(getattr(app, kind).get(None, ())) for kind in HOOKS}


def _leave_patients_alone(app: Flask, before: dict[str, list[Any]]) -> None:
    """Let what was added since `before` run for the console alone: patients have neither session nor account."""
    for kind, hooks in before.items():
        everywhere = getattr(app, kind)[None]
        added = [hook for hook in everywhere if hook not in hooks]
        everywhere[:] = hooks
        getattr(app, kind).setdefault(blueprint.name, []).extend(added)


def accounts() -> Accounts:
    """The accounts of this deployment."""
    return cast(Accounts, _security().datastore)


def account(**wanted: Any) -> Account | None:
    """The account with this `email`, `id` or `fs_uniquifier`."""
    return accounts().find_user(**wanted)


def hashed(password: str) -> str:
    """A new password as it is stored."""
    return str(hash_password(normal_password(password)))


def normal_password(password: str) -> str:
    """The password as it is hashed: however a keyboard composes its characters."""
    return str(_security()._password_util.normalize(password))


@blueprint.before_request
def _protect() -> None:
    """No change without the token of the session, nor from a page of another site. Raises CSRFError."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    csrf.protect()
    if not is_from_our_pages(request, use_cases().settings.base_url):
        raise CSRFError("The form was sent from another site.")


@blueprint.after_request
def _let_own_pages_know(response: Response) -> Response:
    """Console pages tell where one came from to ourselves alone: without it browsers send `Origin: null`."""
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response


def _signed_in(key: str) -> Account | None:
    """Whose session this is, asked of the database on each request; None once it has ended."""
    staff_id = use_cases().staff_sessions.staff_of(key, use_cases().clock.now())
    found = account(id=staff_id) if staff_id is not None else None
    if found is not None:
        found.session_key = key
    return found


def _security() -> Security:
    return cast(Security, current_app.extensions["security"])
