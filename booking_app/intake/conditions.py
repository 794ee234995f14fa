"""Which questions are asked, given the answers so far. The browser may hide and show; this decides."""

from collections.abc import Callable, Sequence

from booking_app.intake.fields import FieldSpec


def shown_fields(fields: Sequence[FieldSpec], given: Callable[[FieldSpec], frozenset[str]]) -> list[FieldSpec]:
    """The fields whose conditions hold, in order; a field that waits for a hidden one is hidden too.

    `given` tells the answers to a field as a set: empty for none, several for checkboxes.
    """
    by_key = {field.key: field for field in fields}
    return [field for field in fields if _is_shown(field, by_key, given, frozenset())]


def _is_shown(
    field: FieldSpec,
    by_key: dict[str, FieldSpec],
    given: Callable[[FieldSpec], frozenset[str]],
    on_the_way: frozenset[str],
) -> bool:
    if field.show_if is None:
        return True
    asked = by_key.get(field.show_if.field)
    # A design is checked when it is saved; one that is circular all the same shows nothing rather than looping.
    if asked is None or field.key in on_the_way:
        return False
    return field.show_if.equals in given(asked) and _is_shown(asked, by_key, given, on_the_way | {field.key})
