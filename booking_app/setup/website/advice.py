"""What the site doctor says about a page."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """`BROKEN` keeps patients from booking in the page, `RISK` may do so or may leak, `NOTE` is well."""

    BROKEN = "broken"
    RISK = "risk"
    NOTE = "note"


@dataclass(frozen=True)
class Advice:
    """One finding. `code` stays the same for good; `said` and `mend` are sentences, `mend` empty for a note."""

    code: str
    level: Level
    said: str
    mend: str = ""


def broken(code: str, said: str, mend: str) -> Advice:
    return Advice(code, Level.BROKEN, said, mend)


def risk(code: str, said: str, mend: str) -> Advice:
    return Advice(code, Level.RISK, said, mend)


def note(code: str, said: str) -> Advice:
    return Advice(code, Level.NOTE, said)
