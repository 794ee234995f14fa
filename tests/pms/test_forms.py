"""Completed forms, under the rules by which Cliniko checks their content."""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import httpx

from booking_app.pms.cliniko import ClinikoPractice
from booking_app.pms.cliniko.form_text import as_paragraph, fitting_html
from booking_app.pms.cliniko.forms import form_content
from booking_app.pms.records import FormQuestion, FormSection, NewForm, StoredForm

SIGNATURE = "data:image/svg+xml;base64,PHN2Zy8+"


def form(*sections: FormSection) -> NewForm:
    return NewForm(patient_id="71", attendee_id="55", name="Online intake BK-7F3K2M9Q", sections=sections)


def questions(*asked: FormQuestion) -> list[dict[str, Any]]:
    content = form_content(form(FormSection("Intake", asked)))
    assert content is not None
    sections: Any = content["sections"]
    found: list[dict[str, Any]] = sections[0]["questions"]
    return found


def everything_in(value: Any) -> Iterator[Any]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from everything_in(inner)


WHOLE = form(
    FormSection(
        "Health",
        (
            FormQuestion("What brings you?", "text", answer="My knee"),
            FormQuestion("Anything else?", "paragraph", answer="<p>No</p>"),
            FormQuestion("Since when?", "date", answer="2026-11-01"),
            FormQuestion("Where?", "checkboxes", options=(("Left", True), ("Right", True), ("Back", False))),
            FormQuestion("Again?", "radio", options=(("Yes", False), ("No", True))),
            FormQuestion("Not answered", "text"),
            FormQuestion("Not drawn", "signature"),
        ),
    ),
    FormSection("Waiver", (FormQuestion("Signed", "signature", signature=SIGNATURE),), description="<p>I agree.</p>"),
    FormSection("Nothing", ()),
    FormSection("", (), description="<p>Only text</p>"),
)


def test_a_form_becomes_the_tree_that_cliniko_takes() -> None:
    assert form_content(WHOLE) == {
        "sections": [
            {
                "name": "Health",
                "questions": [
                    {"name": "What brings you?", "required": False, "type": "text", "answer": "My knee"},
                    {"name": "Anything else?", "required": False, "type": "paragraph", "answer": "<p>No</p>"},
                    {"name": "Since when?", "required": False, "type": "date", "answer": "2026-11-01"},
                    {
                        "name": "Where?",
                        "required": False,
                        "type": "checkboxes",
                        "answers": [
                            {"value": "Left", "selected": True},
                            {"value": "Right", "selected": True},
                            {"value": "Back"},
                        ],
                    },
                    {
                        "name": "Again?",
                        "required": False,
                        "type": "radiobuttons",
                        "answers": [{"value": "Yes"}, {"value": "No", "selected": True}],
                    },
                    {"name": "Not answered", "required": False, "type": "text"},
                    {"name": "Not drawn", "required": False, "type": "signature"},
                ],
            },
            {
                "name": "Waiver",
                "description": "<p>I agree.</p>",
                "questions": [{"name": "Signed", "required": False, "type": "signature", "signature": SIGNATURE}],
            },
            {"description": "<p>Only text</p>"},
        ]
    }


def test_nothing_in_it_is_null_empty_or_unselected() -> None:
    content = form_content(WHOLE)
    for value in everything_in(content):
        assert value is not None
        assert value not in ([], {}, "")
        if isinstance(value, dict):
            assert value.get("selected", True) is True


def test_a_form_without_sections_has_no_content() -> None:
    assert form_content(form(FormSection("Nothing", ()))) is None


def test_a_line_too_long_for_a_line_becomes_a_paragraph() -> None:
    long, broken = questions(
        FormQuestion("Long", "text", answer="a" * 256), FormQuestion("Broken", "text", answer="a < b\nc & d")
    )
    assert (long["type"], long["answer"]) == ("paragraph", "a" * 256)
    assert (broken["type"], broken["answer"]) == ("paragraph", "a &lt; b<br>c &amp; d")


def test_several_choices_among_radio_buttons_are_all_kept() -> None:
    found = questions(FormQuestion("Which?", "radio", options=(("A", True), ("B", True))))[0]
    assert found["type"] == "checkboxes"
    assert len([one for one in found["answers"] if one.get("selected")]) == 2


def test_a_choice_without_options_has_no_answers() -> None:
    assert questions(FormQuestion("Which?", "radio")) == [{"name": "Which?", "required": False, "type": "radiobuttons"}]


def test_names_and_labels_are_cut_to_what_fits() -> None:
    found = questions(FormQuestion("n" * 300, "checkboxes", options=(("l" * 300, True),)), FormQuestion(" ", "text"))
    assert len(found[0]["name"]) == len(found[0]["answers"][0]["value"]) == 255
    assert found[1]["name"] == "Question"


def test_line_breaks_in_html_do_not_join_words() -> None:
    assert fitting_html("<p>one\ntwo</p>\n<p>three</p>") == "<p>one two</p> <p>three</p>"


def test_text_too_long_is_cut_and_says_so() -> None:
    from_html = fitting_html("<p>" + "word &amp; " * 3000 + "</p>")
    assert 9_900 < len(from_html) <= 10_000
    assert from_html.startswith("word &amp; word &amp; ")
    assert re.fullmatch(r"(?:[a-z ]|&amp;)+…", from_html), "no character reference is cut in half"
    assert len(as_paragraph("line\n" * 5000)) <= 10_000
    assert as_paragraph("x" * 20_000) == "x" * 9_999 + "…"


def test_a_form_is_filed_finished_on_the_attendee(cliniko: Any, practice: ClinikoPractice) -> None:
    cliniko.on("POST", "/patient_forms", httpx.Response(201, json={"id": "88", "name": "x"}))
    assert practice.complete_form(WHOLE) == "88"
    sent = cliniko.sent()
    assert sent["content"] == form_content(WHOLE)
    del sent["content"]
    assert sent == {
        "patient_id": "71",
        "attendee_id": "55",
        "name": "Online intake BK-7F3K2M9Q",
        "completed": True,
        "email_to_patient_on_completion": False,
    }


def test_only_a_finished_form_with_the_marker_counts_as_filed(cliniko: Any, practice: ClinikoPractice) -> None:
    done = {"completed_at": "2026-11-21T00:00:00Z"}
    name = {"name": "Online intake BK-7F3K2M9Q"}
    cliniko.lists(
        "/patient_forms",
        {"id": "84", **done, "name": "Another"},
        {"id": "85", **name, "completed_at": None},
        {"id": "86", **name, **done, "archived_at": "2026-11-21T00:00:00Z"},
    )
    ask = {"patient_id": "71", "attendee_id": "55", "marker": "BK-7F3K2M9Q"}
    assert practice.find_form(**ask) is None
    assert cliniko.filters() == ["patient_id:=71", "attendee_id:=55"]
    cliniko.lists("/patient_forms", {"id": "87", **name, **done})
    assert practice.find_form(**ask) == "87"


class TestReadingBack:
    FORM: ClassVar[dict[str, Any]] = {
        "id": "51", "name": "Online booking BK-7F3K2M9Q", "completed_at": "2026-11-21T00:00:00Z", "archived_at": None,
        "attendee": {"links": {"self": "https://x/attendees/81"}},
    }  # fmt: skip

    def test_the_forms_of_several_attendees_come_in_one_list(self, cliniko: Any, practice: ClinikoPractice) -> None:
        archived = {"archived_at": "2026-11-21T00:00:00Z"}
        cliniko.lists("/patient_forms", self.FORM, self.FORM | {"id": "52"} | archived)
        assert practice.forms_of(["81", "82"]) == (StoredForm("51", self.FORM["name"], "81", is_finished=True),)
        assert cliniko.filters() == ["attendee_id:=81,82"]
        assert practice.forms_of([]) == ()

    def test_an_archived_one_is_found_in_the_list(self, cliniko: Any, practice: ClinikoPractice) -> None:
        cliniko.lists("/patient_forms", self.FORM | {"archived_at": "2026-11-21T00:00:00Z"})
        found = practice.form("51")
        assert found is not None
        assert found.is_archived
        assert cliniko.filters() == ["id:=51", "archived_at:*"]

    def test_one_that_cannot_be_looked_for_is_gone(self, cliniko: Any, practice: ClinikoPractice) -> None:
        """Forms can be filtered by their archiving only in later releases of Cliniko."""
        cliniko.on("GET", "/patient_forms", httpx.Response(400, json={"message": "This column is not searchable."}))
        assert practice.form("51") is None
