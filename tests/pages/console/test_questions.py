"""The intake designer, as a manager works with it."""

import pytest

from tests.pages.console.desk import Desk
from tests.pages.console.forms import untouched
from tests.pages.shared.client import FRAGMENT

PAGE = "/console/demo/questions"
NEW = {"label": "Do you swim?", "key": "swims", "type": "yes_no", "condition": "", "maps_to": "form"}
NDIS = "6e0b1c52-5a44-4f6a-9e62-0b6f7f9f1a08"
HEARD = "6e0b1c52-5a44-4f6a-9e62-0b6f7f9f1a02"


def add(desk: Desk, *, status: int = 303, **changes: object) -> str:
    visitor = desk.sign_in("manager")
    values = {**untouched(visitor.page("/console/demo/new-question").html, "/new-question"), **NEW, **changes}
    return visitor.send("/console/demo/new-question", values, status=status).text


def save(desk: Desk, question: str, *, status: int = 303, **changes: object) -> str:
    visitor = desk.sign_in("manager")
    address = f"{PAGE}/{question}"
    return visitor.send(address, {**untouched(visitor.page(address).html, address), **changes}, status=status).text


def asked(desk: Desk, service: str = "1100001000087112800") -> list[str]:
    questions = desk.app.extensions["use_cases"].browse.questions(desk.clinic(), service)
    return [spec.label for spec in questions.fields]


def test_a_question_is_added_changed_moved_and_retired(desk: Desk) -> None:
    add(desk)
    assert asked(desk)[-1] == "Do you swim?"
    save(desk, "swims", label="Can you swim?", group="Water", required="y")
    assert "Water" in desk.page("receptionist", PAGE).text
    desk.sign_in("manager").send_form(f"{PAGE}/swims/move", {"direction": "up"})
    assert asked(desk)[-2] == "Can you swim?"
    desk.sign_in("manager").send_form(f"{PAGE}/swims/retire", {})
    assert "Can you swim?" not in asked(desk)
    assert "belonged to a question that was retired" in add(desk, status=422)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": "reason"}, "The short name “reason” is used already"),
        ({"key": "Not a key"}, "Short name must be 1 to 40 small letters"),
        ({"label": ""}, "Enter the question."),
        ({"type": "radio", "options": ""}, "Write 1 to 100 choices"),
        ({"type": "radio", "options": "Yes\nYes"}, "is there twice"),
        ({"maps_to": f"custom:{HEARD}"}, "cannot hold answers of this type"),
        ({"maps_to": "patient.invoice_email"}, "must have the type email"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field_and_nothing_typed_is_lost(
    desk: Desk, changes: dict[str, str], words: str
) -> None:
    said = add(desk, status=422, help="A typed hint.", **changes)
    assert words in said and "A typed hint." in said
    assert "Do you swim?" not in asked(desk)


def test_a_mapping_that_cliniko_cannot_confirm_is_not_stored(desk: Desk) -> None:
    form = untouched(desk.page("manager", "/console/demo/new-question").html, "/new-question")
    desk.sandbox.control.fault("status", service="cliniko", status=503, times=None)
    try:
        values = {**form, **NEW, "type": "text", "maps_to": f"custom:{NDIS}"}
        said = desk.sign_in("manager").send("/console/demo/new-question", values, status=422).text
    finally:
        desk.sandbox.control.clear_faults()
    assert "Cliniko could not be asked just now" in said


def test_what_is_typed_is_previewed_without_being_stored(desk: Desk) -> None:
    visitor = desk.sign_in("manager")
    values = {
        **untouched(visitor.page("/console/demo/new-question").html, "/new-question"),
        **NEW,
        "label": "Swim at all?",
    }
    for headers in ({}, FRAGMENT):
        said = visitor.send("/console/demo/question-preview", values, status=200, headers=headers).text
        assert "<legend>Swim at all?" in said.split('id="preview"')[1]
    assert "Swim at all?" not in asked(desk)


def test_a_question_that_others_need_stays_and_says_why(desk: Desk) -> None:
    desk.sign_in("manager").send_form(f"{PAGE}/medication/retire", {})
    assert "“Which medication?” depends on this question." in desk.page("manager", f"{PAGE}/medication").text


def test_key_and_type_stay_whatever_is_posted(desk: Desk) -> None:
    save(desk, "medication", type="text", key="another", label="Any medication?")
    assert "Any medication?" in asked(desk)
    assert "Yes or no" in desk.page("manager", f"{PAGE}/medication").text


def test_a_form_template_of_cliniko_is_taken_over(desk: Desk) -> None:
    page = desk.page("manager", "/console/demo/question-templates")
    assert "New patient form" in page.text and "Old intake form" not in page.text
    template = next(value for value in page.values("template") if value.isdigit())
    desk.sign_in("manager").send_form("/console/demo/question-templates", {"template": template})
    said = desk.page("manager", PAGE).text
    assert "2 questions were added at the end." in said
    assert "Left out, because they cannot be asked here: Signature." in said
    assert asked(desk)[-1] == "Name of the person signing"
    desk.sign_in("manager").send_form("/console/demo/question-templates", {"template": "gone"})
    assert "does not have that template any more" in desk.page("manager", "/console/demo/question-templates").text


def test_of_two_managers_at_once_the_second_sees_both(desk: Desk) -> None:
    hers = untouched(desk.page("agency", f"{PAGE}/reason").html, "/reason")
    save(desk, "reason", label="His question")
    answer = desk.sign_in("agency").send(f"{PAGE}/reason", {**hers, "label": "Her question"}, status=409)
    assert "His question" in answer.text and 'value="Her question"' in answer.text
    desk.sign_in("agency").send(f"{PAGE}/reason", dict(untouched(answer.text, "/reason")))
    assert "Her question" in asked(desk)


@pytest.mark.parametrize("key", ["new", "preview", "templates"])
def test_a_question_of_any_name_can_be_edited(desk: Desk, key: str) -> None:
    add(desk, key=key)
    assert desk.page("manager", f"{PAGE}/{key}").h1 == ["Do you swim?"]


@pytest.mark.parametrize("key", ["prescription", "label_maps_to", "depends"])
def test_a_mistake_is_said_at_its_field_whatever_the_question_is_called(desk: Desk, key: str) -> None:
    assert 'href="#options"' in add(desk, status=422, key=key, type="radio", options="Yes\nYes")
    assert 'href="#maps_to"' in add(desk, status=422, key=key, maps_to="patient.invoice_email")


def test_nobody_has_to_invent_a_short_name(desk: Desk) -> None:
    add(desk, key="", label="Do you dive?")
    add(desk, key="", label="Do you dive?")
    assert 'id="question-do_you_dive"' in desk.page("manager", PAGE).html
    assert desk.page("manager", f"{PAGE}/do_you_dive_2").h1 == ["Do you dive?"]
    assert 'href="#options"' in add(desk, status=422, key="", type="radio", options="Yes\nYes")


def test_a_question_is_duplicated_right_after_itself(desk: Desk) -> None:
    visitor = desk.sign_in("manager")
    where = str(visitor.send_form(f"{PAGE}/reason/duplicate", {}).headers["Location"])
    copy = desk.page("manager", where)
    assert copy.h1 == ["What brings you here? (copy)"]
    labels = list(asked(desk))
    assert labels.index("What brings you here? (copy)") == labels.index("What brings you here?") + 1
    desk.sign_in("receptionist").send_form(f"{PAGE}/reason/duplicate", {}, status=403)


def test_starter_questions_are_added_at_the_end(desk: Desk) -> None:
    page = "/console/demo/question-templates"
    assert "Podiatry" in desk.page("manager", page).text
    desk.sign_in("manager").send_form("/console/demo/question-starters", {"template": "podiatry"})
    assert list(asked(desk))[-1] == "Do you wear orthotics?"
    desk.sign_in("manager").send_form("/console/demo/question-starters", {"template": "astrology"}, status=404)
    desk.sign_in("receptionist").send_form("/console/demo/question-starters", {"template": "podiatry"}, status=403)
