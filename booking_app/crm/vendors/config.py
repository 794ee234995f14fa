"""What a clinic has decided for one CRM connection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from booking_app.crm.vendors.records import CONTACT_FIELDS, KEY_FIELD, Names

SWITCHES = ("only_with_consent", "send_category", "send_service_name", "send_practitioner", "send_landing_path")
SWITCHED = {
    "send_category": ("category",),
    "send_service_name": ("service_name",),
    "send_practitioner": ("practitioner",),
    "send_landing_path": ("landing_path", "first_landing_path"),
}
DND = "do_not_disturb_without_consent"


class CrmSyncConfigInvalid(Exception):
    """A setting of a connection that cannot be used; the message says which and what is allowed."""


@dataclass(frozen=True, kw_only=True)
class CrmSyncConfig:
    """`names` maps each field of a contact to the vendor's fields. Everything beyond the minimum is off by default."""

    vendor: str
    names: Names
    list_id: str | None = None
    tags: tuple[str, ...] = ()
    only_with_consent: bool = False
    send_category: bool = False
    send_service_name: bool = False
    send_practitioner: bool = False
    send_landing_path: bool = False
    subscription: int | None = None
    do_not_disturb_without_consent: bool = False
    double_opt_in: bool = True


def read_config(vendor: str, defaults: Names, raw: Mapping[str, object]) -> CrmSyncConfig:
    """The connection's settings as the clinic file names them; `defaults` are the vendor's fields.

    Raises CrmSyncConfigInvalid.
    """
    switches = {name: _switch(name, raw.get(name, False)) for name in SWITCHES}
    list_id = raw.get("list")
    if list_id is not None and not isinstance(list_id, str | int):
        raise CrmSyncConfigInvalid("list must be the id of one list.")
    return CrmSyncConfig(
        vendor=vendor,
        names=_sent(_names(defaults, raw.get("fields", {})), switches, _left_out(raw.get("leave_out", ()))),
        list_id=str(list_id) if list_id not in (None, "") else None,
        tags=_texts("tags", raw.get("tags", ())),
        subscription=_subscription(raw.get("subscription")),
        do_not_disturb_without_consent=_switch(DND, raw.get(DND, False)),
        double_opt_in=_switch("double_opt_in", raw.get("double_opt_in", True)),
        **switches,
    )


def _subscription(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise CrmSyncConfigInvalid("subscription must be the number of one subscription type.")


def _sent(names: Names, switches: Mapping[str, bool], left_out: Sequence[str]) -> Names:
    """The fields that this connection may be sent: no other is asked for, or made, in the account."""
    off = {name for switch, several in SWITCHED.items() if not switches[switch] for name in several}
    return {ours: theirs for ours, theirs in names.items() if ours not in off and ours not in left_out}


def _left_out(value: object) -> tuple[str, ...]:
    names = _texts("leave_out", value)
    for name in names:
        if name not in CONTACT_FIELDS or name == KEY_FIELD:
            raise CrmSyncConfigInvalid(f"leave_out cannot name {name}.")
    return names


def _switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise CrmSyncConfigInvalid(f"{name} must be true or false.")
    return value


def _texts(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(text, str) for text in value):
        raise CrmSyncConfigInvalid(f"{name} must be a list of texts.")
    return tuple(text.strip() for text in value if text.strip())


def _names(defaults: Names, mapping: object) -> Names:
    if not isinstance(mapping, Mapping):
        raise CrmSyncConfigInvalid("fields must map our names to theirs.")
    chosen = {ours: _target(ours, theirs, defaults) for ours, theirs in mapping.items()}
    names = {**defaults, **chosen}
    targets = [theirs for ours in names for theirs in names[ours]]
    for theirs in chosen.values():
        if targets.count(theirs[0]) > 1:
            raise CrmSyncConfigInvalid(f"fields sends two of our names to {theirs[0]}.")
    return names


def _target(ours: str, theirs: object, defaults: Names) -> tuple[str, ...]:
    if ours not in CONTACT_FIELDS:
        raise CrmSyncConfigInvalid(f"fields cannot map {ours}; it may map {', '.join(CONTACT_FIELDS)}.")
    if not isinstance(theirs, str) or not theirs.strip():
        raise CrmSyncConfigInvalid(f"fields must give {ours} a name.")
    if ours == KEY_FIELD and (theirs.strip(),) != defaults[KEY_FIELD]:
        raise CrmSyncConfigInvalid(f"fields cannot move {ours}: contacts are found by {defaults[KEY_FIELD][0]}.")
    return (theirs.strip(),)
