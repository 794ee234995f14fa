"""A clinic's questions as form fields."""

from wtforms import Form

from booking_app.intake.fields import FieldSpec
from booking_app.pages.shared.intake_fields import field_for


def test_a_required_list_begins_with_no_answer() -> None:
    """Else the browser would send the first answer of somebody who has not looked at the question."""
    spec = FieldSpec(key="heard", label="How did you hear of us?", type="select", required=True, options=("A", "B"))
    form = type("OneQuestion", (Form,), {"answer_heard": field_for(spec)})()
    options = list(form["answer_heard"].iter_choices())
    assert (options[0][0], options[0][2]) == ("", False)
    assert "required" in str(form["answer_heard"]())
