"""What a kind of question has to say for itself. `docs/adding-a-field-kind.md` walks through making one."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from booking_app.core.plain_text import clean_line
from booking_app.intake.form_text import written
from booking_app.pms.records import FormQuestion

if TYPE_CHECKING:
    from booking_app.intake.fields import FieldSpec

Control = Literal["line", "lines", "list", "radio", "checkboxes"]
Raw = str | list[str]
MOST_OPTIONS = 100
# Cliniko keeps question names and option values up to 255 characters.
LONGEST_LABEL = 255


class Unreadable(ValueError):
    """The message is a sentence for the patient, naming the question by its label."""


class FieldKind(ABC):
    """One kind of question: how it is designed, shown, read, checked, kept, said, printed and sent to Cliniko.

    An answer is a value of the kind's own type. It is stored in the form in which it is posted (`raw`).
    """

    # In the clinic's file, in the database and in the signed record; never changed once it was used.
    name: ClassVar[str]
    # What the builder calls it.
    title: ClassVar[str]
    # How it is asked: one of the controls that the pages can draw, and the attributes of its input.
    control: ClassVar[Control] = "line"
    input_type: ClassVar[str] = "text"
    attributes: ClassVar[Mapping[str, Any]] = {}
    # Whether the clinic writes the choices.
    takes_options: ClassVar[bool] = False
    # Which kinds of Cliniko custom field can hold its answers, and which kinds of template question become it.
    custom_fields: ClassVar[tuple[str, ...]] = ("text", "paragraph")
    template_kinds: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def read(self, field: "FieldSpec", posted: Sequence[str], region: str) -> Any | None:
        """The answer in what was posted, None where nothing was answered. Raises Unreadable.

        `region` is the country (ISO 3166) whose ways of writing count.
        """

    def missing(self, field: "FieldSpec", region: str) -> str:
        """The sentence for a required question without an answer."""
        return f"{'Answer' if field.is_question else 'Fill in'} {field.quoted}"

    def choices(self, options: tuple[str, ...]) -> dict[str, str]:
        """What may be answered, where that is a closed list: posted value -> label."""
        return {}

    def raw(self, value: Any) -> Raw:
        """The answer as a form posts it and as it is stored."""
        return str(value)

    def from_raw(self, raw: Any) -> Any:
        """The answer that `raw` was made of."""
        return str(raw)

    def text(self, value: Any) -> str:
        """The answer as a person would write it: in documents, on the check page and in patient attributes."""
        return str(value)

    def given(self, value: Any) -> frozenset[str]:
        """The answer as what conditions compare with: several for several that are ticked."""
        raw = self.raw(value)
        return frozenset([raw] if isinstance(raw, str) else raw)

    def custom_value(self, value: Any) -> Raw:
        """The answer as a Cliniko custom field takes it."""
        return self.text(value)

    def form_question(self, label: str, value: Any, options: tuple[str, ...]) -> FormQuestion:
        """The question and its answer in Cliniko's patient form."""
        return written(label, self.text(value))

    def check_options(self, options: Sequence[str]) -> str | None:
        """What is wrong with the choices the clinic wrote, as a sentence."""
        if not self.takes_options:
            return "This kind of question has no choices; leave them out." if options else None
        cleaned = [clean_line(option) for option in options]
        if not 0 < len(cleaned) <= MOST_OPTIONS:
            return f"Write 1 to {MOST_OPTIONS} choices."
        if any(not 0 < len(option) <= LONGEST_LABEL for option in cleaned):
            return f"Each choice needs 1 to {LONGEST_LABEL} characters."
        twice = next((option for option in cleaned if cleaned.count(option) > 1), None)
        return None if twice is None else f"The choice “{twice}” is there twice."


def within(field: "FieldSpec", text: str, longest: int) -> str:
    """The text itself; raises Unreadable when it is too long."""
    if len(text) > longest:
        raise Unreadable(f"Shorten {field.name_in_sentence} to {longest:,} characters or fewer; it has {len(text):,}")
    return text


def one_line(posted: Sequence[str]) -> str:
    """What was posted for a question with one line."""
    return clean_line(" ".join(posted))
