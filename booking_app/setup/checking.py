"""Values of a form, checked by the rules of the clinic's file."""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field
from typing import Any

from booking_app.clinics.key_kinds import Refused
from booking_app.clinics.keys import is_required, keys_of, kind_of

EMPTY: tuple[Any, ...] = ("", None, [], {})


class SettingsInvalid(Exception):
    """Something cannot be stored. `problems` say for each key how its sentence goes on: "must be …"."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = dict(problems)


def checked_values(record: type[Any], raw: Mapping[str, Any], *, without: Collection[str] = ()) -> dict[str, Any]:
    """Every key of a section of the clinic's file, but for those `without`, read from `raw`; what is empty or not there
    takes its default. Raises SettingsInvalid with every problem at once."""
    values, problems = {}, {}
    for name, each in keys_of(record).items():
        if name in without:
            continue
        try:
            values[name] = _value(each, raw.get(name))
        except Refused as refused:
            problems[name] = str(refused)
    if problems:
        raise SettingsInvalid(problems)
    return values


def _value(each: Field[Any], given: Any) -> Any:
    if given in EMPTY and not isinstance(given, bool):
        if is_required(each):
            raise Refused("must be filled in")
        return None if each.default is MISSING else each.default
    return kind_of(each).read(given)
