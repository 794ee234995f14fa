"""Declaring a key of the clinic's file once: what it may hold, and how the console and the documents speak of it.

The fields of a frozen dataclass with a `heading` are the keys of one table of the file. Reading, writing, checking,
storing, the console's form and `docs/clinic-file.md` follow from the declaration.
"""

from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any

from booking_app.clinics.key_kinds import Choice, Kind, Whole


@dataclass(frozen=True)
class KeyWords:
    """How one key is spoken of: `label` and `hint` beside its field in the console, under the heading `group`;
    `meaning` in the documents, in Markdown."""

    group: str
    label: str
    meaning: str
    hint: str = ""


def holds(kind: Kind, default: Any = MISSING, words: KeyWords | None = None) -> Any:
    """A key and what it may hold; without a default it is required. With words, the console's form is made of it."""
    return field(default=default, metadata={"kind": kind, "words": words})


def kind_of(each: Field[Any]) -> Kind:
    kind: Kind = each.metadata["kind"]
    return kind


def words_of(each: Field[Any]) -> KeyWords:
    words: KeyWords | None = each.metadata["words"]
    assert words is not None, f"{each.name} is declared without words"
    return words


def is_required(each: Field[Any]) -> bool:
    return each.default is MISSING


def keys_of(record: type[Any]) -> dict[str, Field[Any]]:
    """The keys of a table, in the order in which they are exported."""
    return {each.name: each for each in fields(record)}


def documented(record: type[Any]) -> list[str]:
    """The rows of the table of keys in `docs/clinic-file.md`."""
    return [f"| `{name}` | {words_of(each).meaning} {_limits(each)} |" for name, each in keys_of(record).items()]


def _limits(each: Field[Any]) -> str:
    match kind_of(each):
        case Whole(least=least, most=most):
            return f"{least} to {most}; {each.default} by default."
        case Choice(options=options):
            return f"{', '.join(f'`{one}`' for one in options)}; `{each.default}` by default."
        case _:
            return f"`{str(each.default).lower()}` by default."
