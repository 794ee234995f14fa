"""A screen for each section of the clinic's settings: a form, checked by the file's rules, saved with a revision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import Response, flash, redirect, url_for

from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.page import show
from booking_app.pages.console.saving import Difference
from booking_app.pages.console.setting_fields import SettingsForm
from booking_app.pages.shared import use_cases
from booking_app.setup.checking import SettingsInvalid


@dataclass(frozen=True)
class SettingsScreen:
    """`name` is the endpoint, `section` one of `setup.settings.SECTIONS`."""

    name: str
    section: str
    title: str
    intro: str
    form: type[SettingsForm]
    beside: str = ""  # a template that stands below the form
    prepare: Callable[[], Mapping[str, Any]] = dict  # the values of that template

    @property
    def path(self) -> str:
        """The end of its address."""
        return self.name.replace("_", "-")

    def show(self, form: SettingsForm, *, status: int = 200, conflict: list[Difference] | None = None) -> Response:
        return show(
            "console/settings.html", title=self.title, status=status, screen=self, form=form, conflict=conflict,
            **self.prepare(),
        )  # fmt: skip


def add_screen(screen: SettingsScreen) -> None:
    """Give a section its two routes; managers and owners open them."""

    @allow(Role.MANAGER)
    def view(slug: str) -> Response:
        values = use_cases().setup.settings.values(current_clinic(), screen.section)
        return screen.show(screen.form(data={**values, "revision": revision_of(values)}))

    @allow(Role.MANAGER)
    def save(slug: str) -> Response:
        form = screen.form()
        if not form.validate():
            return screen.show(form, status=422)
        try:
            use_cases().setup.settings.save(
                author(), current_clinic(), screen.section, form.raw(), revision=str(form.revision.data)
            )
        except SettingsInvalid as invalid:
            form.blame(invalid.problems)
            return screen.show(form, status=422)
        except ChangedMeanwhile as changed:
            return screen.show(form, status=409, conflict=form.meet(changed))
        flash("Saved.", "quiet")
        return cast(Response, redirect(url_for(f"console.{screen.name}", slug=slug), code=303))

    blueprint.add_url_rule(f"/<slug>/{screen.path}", screen.name, view, methods=["GET"])
    blueprint.add_url_rule(f"/<slug>/{screen.path}", f"{screen.name}_save", save, methods=["POST"])
