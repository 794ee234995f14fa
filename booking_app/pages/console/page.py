"""A page of the console: the fragment of a view inside the console's frame."""

from dataclasses import dataclass
from typing import Any

from flask import Response, g
from flask_login import current_user

from booking_app.clinics.people import Seat
from booking_app.pages.console.nav import Entry, Line, navigation
from booking_app.pages.shared.rendering import render


@dataclass(frozen=True)
class ConsoleShell:
    """What stands around the fragment: who is signed in, at which clinic, and where one can go."""

    email: str
    clinic_name: str
    slug: str
    entries: tuple[Entry, ...]

    @property
    def home_url(self) -> str:
        """Where this person begins at this clinic; only where they belong to it."""
        return self.entries[0].url

    @property
    def pages(self) -> tuple[Line, ...]:
        """The pages beside the one that is shown; none where it is alone."""
        found = next((entry.pages for entry in self.entries if entry.is_current), ())
        return found if len(found) > 1 else ()


def show(fragment: str, *, title: str, status: int = 200, **values: Any) -> Response:
    """The page, or the fragment alone for htmx. The title names page and clinic, never a person."""
    shell = _shell()
    full_title = f"{title} · {shell.clinic_name or 'Console'}"
    return render(
        fragment, title=full_title, heading=title, status=status, wrapper="console/page.html", shell=shell, **values
    )


def _shell() -> ConsoleShell:
    seat: Seat | None = g.get("seat")
    email = current_user.email if current_user.is_authenticated else ""
    if seat is None:
        return ConsoleShell(email, "", "", ())
    return ConsoleShell(email, seat.clinic.name, seat.clinic.slug, navigation(seat))
