"""The kinds of questions there are: one class each, registered here and nowhere else."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from booking_app.intake.field_kinds.base import FieldKind, Unreadable
from booking_app.intake.field_kinds.choices import AllShown, FromList, Several, YesNo
from booking_app.intake.field_kinds.dates import Date
from booking_app.intake.field_kinds.email import Email
from booking_app.intake.field_kinds.number import Number
from booking_app.intake.field_kinds.phone import Phone
from booking_app.intake.field_kinds.text import OneLine, SeveralLines

if TYPE_CHECKING:
    from booking_app.intake.fields import FieldSpec

__all__ = ["KINDS", "FieldKind", "Unreadable", "kind_named", "kind_of_template", "read_value"]

# What is longer than this is not read at all.
LONGEST_RAW = 100_000

# In the order in which the builder offers them.
KINDS: dict[str, FieldKind] = {
    kind.name: kind
    for kind in (
        OneLine(), SeveralLines(), Email(), Phone(), Number(), Date(), FromList(), AllShown(), Several(), YesNo(),
    )
}  # fmt: skip


def kind_named(name: str) -> FieldKind:
    """Raises KeyError for a kind that is not registered."""
    return KINDS[name]


def read_value(field: "FieldSpec", posted: Sequence[str], region: str) -> Any | None:
    """The answer to a question in what was posted for it, None where nothing was answered. Raises Unreadable."""
    if sum(len(part) for part in posted) > LONGEST_RAW:
        raise Unreadable(f"{field.name_in_sentence} is too long. Shorten it.")
    return kind_named(field.type).read(field, posted, region)


def kind_of_template(template_kind: str) -> FieldKind | None:
    """The kind that a question of a Cliniko form template becomes; None for what cannot be asked here."""
    return next((kind for kind in KINDS.values() if template_kind in kind.template_kinds), None)
