"""The intake designer: what may be asked, and what is refused in words."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from booking_app.clinics.audit import Author
from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.core.failures import RemoteFailure
from booking_app.intake.fields import FieldsInvalid, FieldSpec, ShowIf, check_fields
from booking_app.intake.models import IntakeField
from booking_app.intake.waivers import WaiverSpec, replace_waivers
from booking_app.pms.records import CustomFieldChoice, FormTemplate, TemplateQuestion, TemplateSection
from booking_app.setup.design.questions import QuestionDesign, about_questions
from booking_app.setup.design.templates import questions_of
from tests.bookings.conftest import Desk
from tests.setup.design.conftest import recorded

SPORT = FieldSpec("sport", "Do you do any sport?", "yes_no")
WHICH = FieldSpec("which", "Which one?", "radio", options=("Running", "Swimming"))
SOURCE = CustomFieldChoice("tok-1", "Booking", "How did you hear?", "radio", ("Friend", "Search"))
OPEN = replace(SOURCE, token="tok-2", has_other=True)
NDIS = CustomFieldChoice("tok-3", "Booking", "NDIS number", "text")


def add(questions: QuestionDesign, author: Author, desk: Desk, *specs: FieldSpec) -> None:
    for spec in specs:
        questions.add(author, desk.clinic, spec, revision=None)


def keys(desk: Desk, questions: QuestionDesign) -> list[str]:
    return [spec.key for spec in questions.design(desk.clinic).fields]


def refused(caught: pytest.ExceptionInfo[FieldsInvalid]) -> str:
    return " ".join(problem.sentence for problem in caught.value.problems)


def test_questions_are_added_changed_and_ordered(desk: Desk, questions: QuestionDesign, author: Author) -> None:
    add(questions, author, desk, SPORT, WHICH)
    questions.move(author, desk.clinic, "which", "up")
    assert keys(desk, questions) == ["which", "sport"]
    asked = replace(WHICH, required=True, group="Sport", show_if=ShowIf("sport", "yes"))
    questions.save(author, desk.clinic, asked, revision=None)
    assert questions.design(desk.clinic).find("which") == asked
    assert [action for action, _, _ in recorded(desk)] == [
        "question.added", "question.added", "question.moved", "question.changed",
    ]  # fmt: skip


def test_the_type_of_a_question_stays_because_answers_hang_on_it(
    desk: Desk, questions: QuestionDesign, author: Author
) -> None:
    add(questions, author, desk, SPORT)
    questions.save(author, desk.clinic, replace(SPORT, type="text", label="Your sport"), revision=None)
    assert questions.design(desk.clinic).find("sport") == replace(SPORT, label="Your sport")


def test_a_key_in_use_and_one_that_was_retired_are_refused(
    desk: Desk, questions: QuestionDesign, author: Author
) -> None:
    add(questions, author, desk, SPORT)
    with pytest.raises(FieldsInvalid) as caught:
        add(questions, author, desk, replace(SPORT, label="Again?"))
    assert refused(caught) == "The short name “sport” is used already. Choose another."
    questions.retire(author, desk.clinic, "sport")
    assert questions.design(desk.clinic).retired == {"sport"}
    with pytest.raises(FieldsInvalid) as caught:
        add(questions, author, desk, SPORT)
    assert "belonged to a question that was retired" in refused(caught)
    with desk.database.reading() as session:
        (row,) = session.scalars(select(IntakeField)).all()
    assert row.retired_at == author.at


def test_a_question_that_others_need_is_not_retired(desk: Desk, questions: QuestionDesign, author: Author) -> None:
    add(questions, author, desk, SPORT, replace(WHICH, show_if=ShowIf("sport", "yes")))
    with pytest.raises(FieldsInvalid) as caught:
        questions.retire(author, desk.clinic, "sport")
    assert "“Which one?” depends on this question" in refused(caught)
    waiver = WaiverSpec("pool", "Pool rules", "policies", "I do {{answer:which}}.")
    with desk.database.begin() as session:
        replace_waivers(session, desk.clinic.id, [waiver], field_keys={"which"}, now=author.at)
    with pytest.raises(FieldsInvalid) as caught:
        questions.retire(author, desk.clinic, "which")
    assert "“Pool rules” quotes the answer" in refused(caught)
    assert keys(desk, questions) == ["sport", "which"]


def test_what_the_clinics_file_refuses_is_refused_here(desk: Desk, questions: QuestionDesign, author: Author) -> None:
    with pytest.raises(FieldsInvalid, match="no question with the key 'nobody'"):
        add(questions, author, desk, replace(SPORT, show_if=ShowIf("nobody", "yes")))
    with pytest.raises(FieldsInvalid, match="Write 1 to 100 choices"):
        add(questions, author, desk, replace(WHICH, options=()))
    assert keys(desk, questions) == []


def test_a_custom_field_is_checked_against_the_account_as_it_is_now(
    desk: Desk, questions: QuestionDesign, author: Author
) -> None:
    desk.practice.custom = (SOURCE, OPEN, NDIS)
    mapped = replace(WHICH, maps_to="custom:tok-1")
    for spec, words in (
        (replace(mapped, maps_to="custom:gone"), "no custom field with this token"),
        (mapped, "does not offer “Running”, “Swimming”"),
        (replace(SPORT, maps_to="custom:tok-1"), "cannot hold answers of this type"),
    ):
        with pytest.raises(FieldsInvalid) as caught:
            add(questions, author, desk, spec)
        assert words in refused(caught)
    add(questions, author, desk, replace(mapped, options=("friend ", "Search")))
    add(questions, author, desk, replace(mapped, key="open", maps_to="custom:tok-2"))
    add(questions, author, desk, replace(SPORT, key="ndis", type="text", maps_to="custom:tok-3"))
    assert keys(desk, questions) == ["which", "open", "ndis"]


def test_a_mapping_that_cannot_be_checked_is_not_stored(desk: Desk, questions: QuestionDesign, author: Author) -> None:
    desk.practice.is_down = True
    with pytest.raises(RemoteFailure):
        add(questions, author, desk, replace(SPORT, type="text", maps_to="custom:tok-3"))
    add(questions, author, desk, replace(SPORT, maps_to="patient.notes"))
    assert keys(desk, questions) == ["sport"]


def test_of_two_who_design_at_once_the_second_is_told(desk: Desk, questions: QuestionDesign, author: Author) -> None:
    with desk.database.reading() as session:
        seen = revision_of(about_questions(session, desk.clinic))
    questions.add(author, desk.clinic, SPORT, revision=seen)
    with pytest.raises(ChangedMeanwhile):
        questions.add(author, desk.clinic, WHICH, revision=seen)
    assert keys(desk, questions) == ["sport"]


TEMPLATE = FormTemplate(
    "t1",
    "New patient form",
    (
        TemplateSection(
            "Your health",
            (
                TemplateQuestion("What brings you here?", "paragraph", True),
                TemplateQuestion("What brings you here?", "text", False),
                TemplateQuestion("Any of these?", "checkboxes", False, ("Asthma", "Asthma", "Diabetes"), True),
                TemplateQuestion("2024: seen a doctor", "radio", True, ("Yes", "No")),
                TemplateQuestion("Since when?", "date", False),
                TemplateQuestion("Signature", "signature", True),
                TemplateQuestion("Nothing to choose", "radio", True),
            ),
        ),
    ),
)


def test_a_form_template_becomes_questions_with_keys_of_their_own(
    desk: Desk, questions: QuestionDesign, author: Author
) -> None:
    desk.practice.templates = (TEMPLATE,)
    add(questions, author, desk, replace(SPORT, key="since_when"))
    taken = questions.take_template(author, desk.clinic, "t1")
    assert taken.left_out == ("Signature", "Nothing to choose")
    assert keys(desk, questions) == [
        "since_when", "what_brings_you_here", "what_brings_you_here_2", "any_of_these", "seen_a_doctor", "since_when_2",
    ]  # fmt: skip
    choices = questions.design(desk.clinic).find("any_of_these")
    assert choices is not None
    assert (choices.options, choices.group) == (("Asthma", "Diabetes", "Other"), "Your health")
    with pytest.raises(LookupError):
        questions.take_template(author, desk.clinic, "gone")


def test_any_template_gives_a_sound_design() -> None:
    long = TemplateQuestion("ß" * 300, "text", False)
    many = TemplateQuestion("x" * 60, "checkboxes", False, tuple(f"option {n}" for n in range(120)), True)
    template = FormTemplate("t", "", (TemplateSection("s" * 200, (long, many, many, replace(long, name="  ?"))),))
    taken = questions_of(template, {"question"})
    check_fields(taken.fields)
    assert [field.key for field in taken.fields] == ["question_2", "x" * 36, "x" * 36 + "_2", "question_3"]
