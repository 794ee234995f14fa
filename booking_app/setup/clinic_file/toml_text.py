"""Sections as TOML text: the same sections give the same text."""

from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.items import AoT, Item, Table

from booking_app.clinics.keys import is_required, keys_of, kind_of
from booking_app.setup.clinic_file.schema import LISTS, ORDER, ClinicFileSections, TablesOf

WIDTH = 100
# Sections whose keys are all written, so that a reader sees what can be set.
SPELT_OUT = ("branding", "booking")


def toml_text(sections: ClinicFileSections) -> str:
    """The whole file. Keys that say nothing are left out."""
    document = tomlkit.document()
    document.add(tomlkit.comment("A clinic as a file. docs/clinic-file.md explains every key."))
    for name in ORDER:
        section = getattr(sections, name)
        if name in LISTS and section:
            document.add(name, tomlkit.aot())
            for entry in section:
                document[name].append(_table(entry, name))
        elif name not in LISTS and section is not None and (table := _table(section, name)):
            document.add(name, table)
    return tomlkit.dumps(document)


def _table(record: Any, name: str) -> Table:
    table = tomlkit.table()
    for key, each in keys_of(type(record)).items():
        value = getattr(record, key)
        is_telling = is_required(each) or value != each.default or (name in SPELT_OUT and value not in (None, ""))
        if is_telling and value is not None:
            table.add(key, _tables(value, name) if isinstance(kind_of(each), TablesOf) else _item(value))
    return table


def _tables(records: Sequence[Any], name: str) -> AoT:
    tables = tomlkit.aot()
    for record in records:
        tables.append(_table(record, name))
    return tables


def _item(value: Any) -> Item:
    if isinstance(value, bool | int):
        return tomlkit.item(value)
    if isinstance(value, str):
        # A carriage return within several lines would be read as part of the line end.
        return tomlkit.string(value, multiline="\n" in value and "\r" not in value)
    if isinstance(value, Sequence):
        items = tomlkit.array()
        items.extend(_item(each) for each in value)
        return items.multiline(len(items.as_string()) > WIDTH)
    pairs = value if isinstance(value, Mapping) else {key: getattr(value, key) for key in keys_of(type(value))}
    table = tomlkit.inline_table()
    for key, each in pairs.items():
        table.add(key, _item(each))
    return table
