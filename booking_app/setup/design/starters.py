"""Questions and waiver texts to begin with, to be changed by the clinic. None of them is legal or medical advice."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from booking_app.intake.fields import FieldSpec
from booking_app.intake.waiver_text import answer_keys, placeholders_in
from booking_app.setup.design.made_keys import key_for

FILE = Path(__file__).with_name("starters.toml")
SAMPLE_CLINIC = "Harbour Street Health"
TEXTS = Path(__file__).parents[1] / "examples" / "demo"


@dataclass(frozen=True)
class Starter:
    """The questions of one profession."""

    name: str
    title: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class WaiverTemplate:
    """A text to begin with; `kind` as in a waiver."""

    kind: str
    title: str
    body: str

    def body_for(self, clinic_name: str, keys: Collection[str]) -> str:
        """The text with the clinic's name, without the paragraphs that quote questions it does not ask."""
        paragraphs = self.body.replace(SAMPLE_CLINIC, clinic_name).split("\n\n")
        return "\n\n".join(each for each in paragraphs if set(answer_keys(placeholders_in(each))) <= set(keys))


@cache
def starters() -> tuple[Starter, ...]:
    """The professions of the library, in its order."""
    return tuple(
        Starter(name, table["title"], tuple(question["label"] for question in table["questions"]))
        for name, table in _library().items()
    )


def starter_questions(name: str, used: Collection[str]) -> list[FieldSpec]:
    """A profession's questions with keys that nobody uses. Raises LookupError."""
    table = _library()[name]
    questions: list[FieldSpec] = []
    for raw in table["questions"]:
        key = key_for(raw["label"], {*used, *(question.key for question in questions)})
        values = {**raw, "options": tuple(raw.get("options", ())), "group": table["title"]}
        questions.append(FieldSpec(key=key, **values))
    return questions


@cache
def waiver_templates() -> tuple[WaiverTemplate, ...]:
    """The texts of the sample clinic, one of each kind."""
    named = (
        ("consent", "Consent to treatment"),
        ("policies", "Clinic policies"),
        ("recreational", "Recreational activities"),
    )
    return tuple(WaiverTemplate(kind, title, (TEXTS / f"{kind}.md").read_text()) for kind, title in named)


@cache
def _library() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text())
