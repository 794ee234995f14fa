"""What a key may see, one area of the practice system after the other."""

from dataclasses import dataclass
from typing import Literal

Area = Literal["catalogue", "calendar", "patients", "forms", "documents"]
AREAS: tuple[Area, ...] = ("catalogue", "calendar", "patients", "forms", "documents")


@dataclass(frozen=True)
class Right:
    """Whether the key may read an area. Whether it may write there shows only when something is written."""

    area: Area
    is_given: bool
