"""Two managers who save at once, through the form that every screen uses."""

import pytest
from wtforms import StringField

from booking_app.clinics.revisions import ChangedMeanwhile, require_unchanged, revision_of
from booking_app.pages.console.saving import SavingForm, in_words
from tests.pages.console.desk import Desk


class NameForm(SavingForm):
    name = StringField("Name of the clinic")
    phone = StringField("Phone")


def test_a_form_filled_from_what_is_stored_may_be_saved() -> None:
    values = {"name": "Harbour", "phone": "1"}
    require_unchanged(values, revision_of({"phone": "1", "name": "Harbour"}))


@pytest.mark.parametrize("change", [{"name": "Harbor"}, {"phone": ""}, {"email": None}])
def test_any_change_meanwhile_is_noticed(change: dict[str, str | None]) -> None:
    before = {"name": "Harbour", "phone": "1"}
    now = before | change
    with pytest.raises(ChangedMeanwhile) as caught:
        require_unchanged(now, revision_of(before))
    assert caught.value.current == now


def test_the_form_shows_both_versions_keeps_what_was_typed_and_may_then_be_saved(shared_desk: Desk) -> None:
    theirs = {"name": "Harbour Street", "phone": "1"}
    posted = {"name": "Harbour Health", "phone": "1", "revision": revision_of({"name": "Harbour", "phone": "1"})}
    with shared_desk.app.test_request_context("/console/", method="POST", data=posted):
        form = NameForm()
        differences = form.meet(ChangedMeanwhile(theirs))
        assert [(each.label, each.theirs, each.yours) for each in differences] == [
            ("Name of the clinic", "Harbour Street", "Harbour Health")
        ]
        assert form.name.data == "Harbour Health"
        require_unchanged(theirs, str(form.revision.data))


def test_stored_values_are_read_as_words() -> None:
    assert in_words(True) == "yes"
    assert in_words([]) == "nothing"
    assert in_words({"field": "a", "equals": [1, 2]}) == "field: a; equals: 1, 2"
