"""Saving without losing anybody's change: a form carries the revision of what it was filled from.

In a view::

    form = RulesForm(data=values, revision=revision_of(values))             # GET
    try:
        front().rules.save(author(), clinic, form.to_rules(), revision=form.revision.data)   # POST
    except ChangedMeanwhile as changed:
        return show("console/rules.html", title="Booking rules", status=409, form=form, conflict=form.meet(changed))

The page shows both versions and keeps what was typed; saving once more is then done knowingly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import HiddenField

from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.pages.console.forms import ConsoleForm


@dataclass(frozen=True)
class Difference:
    """One field that somebody else saved differently."""

    label: str
    theirs: str
    yours: str


class SavingForm(ConsoleForm):
    """A form over stored values. `revision` names what it was filled from."""

    revision = HiddenField()

    def meet(self, changed: ChangedMeanwhile) -> list[Difference]:
        """What differs from the version saved meanwhile; from now on the form stands on that version."""
        self.revision.data = revision_of(changed.current)
        return [
            Difference(str(field.label.text), in_words(changed.current[field.short_name]), in_words(field.data))
            for field in self
            if field.short_name in changed.current
            and in_words(changed.current[field.short_name]) != in_words(field.data)
        ]


def in_words(value: Any) -> str:
    """A stored value as a person reads it."""
    if value is None or value in ("", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {in_words(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(in_words(inner) for inner in value)
    return str(value)
