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
    """One finding. `code` stays the same for good; `said` and `fix` are sentences, `fix` empty for a note."""

    code: str
    level: Level
    said: str
    fix: str = ""


def broken(code: str, said: str, fix: str) -> Advice:
    return Advice(code, Level.BROKEN, said, fix)


def risk(code: str, said: str, fix: str) -> Advice:
    return Advice(code, Level.RISK, said, fix)


def note(code: str, said: str) -> Advice:
    return Advice(code, Level.NOTE, said)
