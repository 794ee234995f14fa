"""Form tokens without a cookie: a form carries a signed time, bound to its purpose and its draft or starting point."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from wtforms import Form
from wtforms.csrf.core import CSRF
from wtforms.validators import ValidationError

from booking_app.core.tokens import SignedTimes
from booking_app.pages.shared.access import use_cases

EXPIRES_AFTER = timedelta(hours=6)
STALE = "This page was open too long. Nothing was lost; please send it again."


@dataclass(frozen=True)
class TokenScope:
    """What a token is good for: one purpose, one draft or starting point."""

    purpose: str
    bound_to: str


def issue(scope: TokenScope, shown_at: datetime | None = None) -> str:
    """A token for a form shown now, or then."""
    return _times(scope).sign(shown_at or use_cases().clock.now())


def issued_at(scope: TokenScope, token: str) -> datetime | None:
    """When the form with this token was shown; None for a forged, foreign or stale one."""
    shown = _times(scope).read(token) or _of_release_before(scope, token)
    if shown is None:
        return None
    return shown if timedelta() <= use_cases().clock.now() - shown <= EXPIRES_AFTER else None


class FormToken(CSRF):
    """The form class's `Meta.csrf_class`; its `csrf_context` is a TokenScope."""

    def setup_form(self, form: Any) -> Any:
        self._scope: TokenScope = form.meta.csrf_context
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: Any) -> str:
        return issue(self._scope)

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        if issued_at(self._scope, field.data or "") is None:
            raise ValidationError(STALE)


class TokenForm(Form):
    """The parent of every form a patient posts."""

    class Meta:
        csrf = True
        csrf_class = FormToken
        csrf_field_name = "token"

    def __init__(self, formdata: Any = None, *, scope: TokenScope, **values: Any) -> None:
        self._scope = scope
        super().__init__(formdata, meta={"csrf_context": scope}, **values)

    def bind(self, scope: TokenScope) -> None:
        """Show the form with a token for another scope: what it is about has moved since it was posted."""
        self["token"].current_token = issue(scope)  # type: ignore[attr-defined]

    @property
    def is_stale(self) -> bool:
        return bool(self["token"].errors)

    @property
    def shown_at(self) -> datetime:
        """When the page of the posted form was shown; only for a form whose token held."""
        shown = issued_at(self._scope, str(self["token"].data or ""))
        assert shown is not None
        return shown


def _times(scope: TokenScope) -> SignedTimes:
    return SignedTimes(use_cases().settings.secret_key, "form", scope.purpose, scope.bound_to)


def _of_release_before(scope: TokenScope, token: str) -> datetime | None:
    """Pages that were open while the product was updated; may go with the release after."""
    head, _, signature = token.partition(".")
    try:
        shown = datetime.fromtimestamp(int(head, 16), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    message = "\0".join(("form", scope.purpose, scope.bound_to, str(int(head, 16)))).encode()
    own = hmac.new(use_cases().settings.secret_key.encode(), message, hashlib.sha256).hexdigest()[:40]
    return shown if hmac.compare_digest(signature.encode(), own.encode()) else None
