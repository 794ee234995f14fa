"""What sections say of each other: keys used twice, conditions, placeholders, what each vendor needs."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from booking_app.crm.vendors.registered import SPECS
from booking_app.intake.fields import FieldsInvalid, check_fields
from booking_app.intake.waiver_text import WaiverInvalid
from booking_app.intake.waivers import check_waivers
from booking_app.setup.clinic_file.problems import Notes
from booking_app.setup.clinic_file.schema import ClinicFileSections, CrmEntry, DepositsSection
from booking_app.setup.clinic_file.specs import field_specs, waiver_spec


def check_references(
    sections: ClinicFileSections, raw: Mapping[str, Any], bodies: Mapping[str, str], notes: Notes
) -> None:
    """Note every problem between the sections. Only what could be read whole is looked at."""
    for name in ("services", "practitioners", "locations"):
        _check_unique(name, [each.cliniko_id for each in getattr(sections, name)], "cliniko_id", notes)
    _check_unique("waivers", [waiver.key for waiver in sections.waivers], "key", notes)
    intake = raw.get("intake", [])
    if isinstance(intake, list) and len(sections.intake) == len(intake):
        _check_intake(sections, notes)
        _check_waivers(sections, bodies, notes)
    _check_deposits(sections.deposits, notes)
    for place, connection in enumerate(sections.crm):
        _check_connection(connection, place, notes)
    _check_connections_differ(sections.crm, notes)


def deposit_problems(section: DepositsSection) -> Mapping[str, str]:
    """What the keys of [deposits] say of each other, by key."""
    if section.late == "keep_part" and section.keep_part is None:
        return {"keep_part": 'is missing: late = "keep_part" needs to know which part is kept'}
    if section.late != "keep_part" and section.keep_part is not None:
        return {"keep_part": 'is for late = "keep_part" only'}
    return {}


def _check_deposits(section: DepositsSection | None, notes: Notes) -> None:
    if section is None:
        return
    for name, sentence in deposit_problems(section).items():
        notes.add(("deposits", name), f"{name} in [deposits] {sentence}")
    vendors = [method.vendor for method in section.methods]
    for place, vendor in enumerate(vendors):
        if vendor in vendors[:place]:
            notes.add(("deposits", "methods", place, "vendor"), f'"{vendor}" stands twice in [[deposits.methods]]')


def _check_unique(name: str, values: Sequence[str], key: str, notes: Notes) -> None:
    for place, value in enumerate(values):
        if value in values[:place]:
            notes.add_at(name, place, key, f'{key} "{value}" stands twice in [[{name}]]')


def _check_intake(sections: ClinicFileSections, notes: Notes) -> None:
    places: dict[str, int] = {entry.key: place for place, entry in enumerate(sections.intake)}
    try:
        check_fields(field_specs(sections.intake))
    except FieldsInvalid as invalid:
        for problem in invalid.problems:
            notes.add_at("intake", places.get(problem.key, 0), problem.about, problem.sentence)


def _check_waivers(sections: ClinicFileSections, bodies: Mapping[str, str], notes: Notes) -> None:
    keys = {entry.key for entry in sections.intake}
    for place, waiver in enumerate(sections.waivers):
        if waiver.key not in bodies:
            continue
        try:
            check_waivers([waiver_spec(waiver, bodies[waiver.key])], keys)
        except WaiverInvalid as invalid:
            notes.add_at("waivers", place, invalid.about, str(invalid))


def connection_problems(connection: CrmEntry) -> Mapping[str, str]:
    """What a vendor needs and is not there, or what is there and means nothing to it; by key."""
    needed = SPECS[connection.vendor].needed
    problems: dict[str, str] = {}
    for name in ("account", "url"):
        is_needed, is_given = needed is not None and name == needed.key, getattr(connection, name) is not None
        if needed is not None and is_needed and not is_given:
            problems[name] = f"is missing: {needed.said} is required"
        if not is_needed and is_given:
            problems[name] = f"is for {' and '.join(_vendors_that_need(name))} only"
    return problems


def _check_connection(connection: CrmEntry, place: int, notes: Notes) -> None:
    for name, sentence in connection_problems(connection).items():
        notes.add_at("crm", place, name, f"{name} in [[crm]] {sentence}")


def _check_connections_differ(connections: Sequence[CrmEntry], notes: Notes) -> None:
    goals = [(each.vendor, each.token_env, each.account, each.url, each.list) for each in connections]
    for place, goal in enumerate(goals):
        if goal in goals[:place]:
            notes.add_at("crm", place, "vendor", "the same connection stands twice in [[crm]]")


def _vendors_that_need(name: str) -> Collection[str]:
    return [spec.name for spec in SPECS.values() if spec.needed and spec.needed.key == name]
