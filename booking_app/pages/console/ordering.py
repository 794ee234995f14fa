"""Buttons that put things in order: they work by keyboard and without a script, and lead back to where one was."""

from typing import cast

from flask import Response, abort, redirect, url_for
from wtforms import HiddenField

from booking_app.pages.console.access import current_clinic
from booking_app.pages.console.forms import ConsoleForm
from booking_app.setup.design.ordering import Direction


class MoveForm(ConsoleForm):
    """Up or down."""

    direction = HiddenField()

    def where(self) -> Direction:
        """The way to go; 400 for anything else."""
        if self.direction.data not in ("up", "down"):
            abort(400)
        return cast(Direction, self.direction.data)


def anchored(page: str, anchor: str) -> Response:
    """Back to a list, at the line one came from."""
    address = url_for(f"console.{page}", slug=current_clinic().slug, _anchor=anchor)
    return cast(Response, redirect(address, code=303))
