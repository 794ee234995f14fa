"""Who or what gives a service, in words: patients see a practitioner, and use a pod. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from booking_app.catalogue.records import PractitionerView, ServiceView

# A clinic may write the label as a request, "Choose a pod": what is chosen is then the pod.
_REQUEST = re.compile(r"(?:please\s+)?(?:choose|select|pick)\s+(?:an?|the|your|one of our)?\s*(?=\S)", re.IGNORECASE)


@dataclass(frozen=True)
class WhoWords:
    """`heading` stands over the choice, `noun` before the one chosen, `anyone` is the choice of whichever is free."""

    heading: str
    noun: str
    anyone: str


def who_words(service: ServiceView, people: Sequence[PractitionerView]) -> WhoWords:
    """The words for choosing among those who give the service: the clinic's own label where it has one."""
    label = " ".join(service.practitioner_label.split())
    if not is_pool(people):
        return WhoWords(label or "Practitioner", _noun(label) or "Practitioner", "Any practitioner")
    if not label:
        return WhoWords("Choose one", "Equipment", "Any that is free")
    return WhoWords(label, _noun(label), f"Any {inside(_noun(label))}")


def is_pool(people: Sequence[PractitionerView]) -> bool:
    """Whether these are pieces of equipment, of which any is as good as another."""
    return bool(people) and all(person.is_equipment for person in people)


def with_whom(name: str, *, is_equipment: bool) -> str:
    """What follows the name of a service: ` with Mia Okafor`, `, Pod 2`, or nothing."""
    if not name:
        return ""
    return f", {name}" if is_equipment else f" with {name}"


def _noun(label: str) -> str:
    """`Choose a pod` and `Pod` are both `Pod`."""
    found = _REQUEST.match(label)
    noun = label[found.end() :] if found else label
    return noun[:1].upper() + noun[1:]


def inside(noun: str) -> str:
    """A noun within a sentence; what is written in capitals, like `MRI scanner`, stays."""
    return noun if noun[1:2].isupper() else noun[:1].lower() + noun[1:]
