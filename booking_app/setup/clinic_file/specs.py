"""Between the entries of a clinic's file and the specifications of the intake package."""

from collections.abc import Sequence

from booking_app.intake.fields import FieldSpec, ShowIf
from booking_app.intake.waivers import WaiverSpec
from booking_app.setup.clinic_file.schema import IntakeEntry, ShowIfEntry, WaiverEntry


def field_specs(entries: Sequence[IntakeEntry]) -> list[FieldSpec]:
    return [_field_spec(entry) for entry in entries]


def intake_entry(spec: FieldSpec) -> IntakeEntry:
    return IntakeEntry(
        key=spec.key,
        label=spec.label,
        type=spec.type,
        required=spec.required,
        help=spec.help,
        group=spec.group,
        options=spec.options,
        services=spec.services,
        show_if=None if spec.show_if is None else ShowIfEntry(field=spec.show_if.field, equals=spec.show_if.equals),
        maps_to=spec.maps_to,
        ask_again=spec.ask_again,
        ask_again_days=spec.ask_again_days,
    )


def waiver_spec(entry: WaiverEntry, body: str) -> WaiverSpec:
    return WaiverSpec(
        key=entry.key,
        title=entry.title,
        kind=entry.kind,  # type: ignore[arg-type]
        body=body,
        signature=entry.signature,  # type: ignore[arg-type]
        services=entry.services,
        resign_after_days=entry.resign_after_days,
    )


def waiver_entry(spec: WaiverSpec) -> WaiverEntry:
    """The entry; the text goes to a file named after the waiver's key."""
    return WaiverEntry(
        key=spec.key,
        title=spec.title,
        kind=spec.kind,
        body=f"{spec.key}.md",
        services=spec.services,
        signature=spec.signature,
        resign_after_days=spec.resign_after_days,
    )


def _field_spec(entry: IntakeEntry) -> FieldSpec:
    condition = entry.show_if
    return FieldSpec(
        key=entry.key,
        label=entry.label,
        type=entry.type,
        required=entry.required,
        help=entry.help,
        group=entry.group,
        options=entry.options,
        services=entry.services,
        show_if=None if condition is None else ShowIf(field=condition.field, equals=condition.equals),
        maps_to=entry.maps_to,
        ask_again=entry.ask_again,  # type: ignore[arg-type]
        ask_again_days=entry.ask_again_days,
    )
