"""The parent of every form of the console."""

from flask_wtf import FlaskForm


class ConsoleForm(FlaskForm):  # type: ignore[misc]
    """A form with the session's token; `{{ form.csrf_token }}` stands in each.

    It answers whether what was typed is well formed; whether it is allowed is the use case's to say.
    """

    @property
    def problems(self) -> list["Problem"]:
        """What is wrong, field by field, for `console/problems.html`."""
        return [Problem(field.id, str(sentence)) for field in self for sentence in field.errors[:1]]


class Problem:
    """One mistake and the id of the field it belongs to."""

    def __init__(self, target: str, sentence: str) -> None:
        self.target = target
        self.sentence = sentence
