"""The parent of every form of the console."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import FileField


class ConsoleForm(FlaskForm):  # type: ignore[misc]
    """A form with the session's token; `{{ form.csrf_token }}` stands in each.

    It answers whether what was typed is well formed; whether it is allowed is the use case's to say.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Files go to fields for files alone: one sent in place of a text is as if nothing had been sent."""
            if not form.is_submitted() or not request.files:
                return super().wrap_formdata(form, formdata)
            wanted = {field.name for field in form if isinstance(field, FileField)}
            files = MultiDict([(name, file) for name, file in request.files.items(multi=True) if name in wanted])
            return CombinedMultiDict((files, request.form))

    @property
    def problems(self) -> list["Problem"]:
        """What is wrong, field by field, for `console/problems.html`."""
        return [Problem(field.id, str(sentence)) for field in self for sentence in field.errors[:1]]


class Problem:
    """One mistake and the id of the field it belongs to."""

    def __init__(self, target: str, sentence: str) -> None:
        self.target = target
        self.sentence = sentence
