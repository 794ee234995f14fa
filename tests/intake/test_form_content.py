import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.intake.answers import Answers, check_answers
from booking_app.intake.facts import Consent, DocumentFacts
from booking_app.intake.fields import FieldSpec
from booking_app.intake.form_content import form_sections, safe_html
from booking_app.intake.people import Guardian
from booking_app.intake.signatures import signature_svg
from booking_app.pms.records import FormQuestion, FormSection
from tests.intake.conftest import FIELDS, steady, typed, waiver_text

Make = Callable[..., DocumentFacts]
HOSTILE = "<script>x</script>\n<b>&"


def section(facts: DocumentFacts, name: str) -> FormSection:
    return next(part for part in form_sections(facts) if part.name == name)


def question(facts: DocumentFacts, name: str) -> FormQuestion:
    return next(part for whole in form_sections(facts) for part in whole.questions if part.name == name)


def test_each_type_of_answer_becomes_its_kind_of_question(make_facts: Make):
    questions = section(make_facts(), "Before your visit").questions
    assert questions == (
        FormQuestion("Date of injury", "date", answer="2026-10-03"),
        FormQuestion("Allergies", "paragraph", answer="Latex<br>Penicillin"),
        FormQuestion("Goals", "checkboxes", options=(("Less pain", False), ("Sport", True))),
        FormQuestion("Do you smoke?", "radio", options=(("Yes", False), ("No", True))),
    )


def test_choices_keep_all_their_options_with_one_marked(make_facts: Make):
    fields = [FieldSpec(kind, kind, kind, options=("a", "b")) for kind in ("select", "radio")]  # type: ignore[arg-type]
    facts = make_facts(answers=check_answers(fields, {"select": "b", "radio": "a"}))
    assert question(facts, "select") == FormQuestion("select", "radio", options=(("a", False), ("b", True)))
    assert question(facts, "radio").options == (("a", True), ("b", False))


def test_without_answers_there_is_no_section_for_them(make_facts: Make):
    assert "Before your visit" not in [part.name for part in form_sections(make_facts(answers=Answers()))]


def test_markup_in_an_answer_is_only_text(make_facts: Make):
    facts = make_facts(answers=check_answers(FIELDS, {"allergies": HOSTILE}))
    assert question(facts, "Allergies").answer == "&lt;script&gt;x&lt;/script&gt;<br>&lt;b&gt;&amp;"


def test_markup_in_an_answer_inside_a_text_is_only_text(make_facts: Make):
    facts = make_facts(answers=check_answers(FIELDS, {"allergies": HOSTILE}))
    description = section(facts, "Consent to treatment").description
    assert description is not None
    assert "&lt;script&gt;" in description
    assert "<script" not in description


def test_a_text_uses_only_the_tags_that_a_form_keeps(make_facts: Make):
    body = "# One\n\n**bold** *italic*\n\n- item\n\n> quote\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n`code`\n\n[x](https://a.example)"
    facts = make_facts(waivers=(waiver_text(body),))
    description = section(facts, "Consent to treatment").description or ""
    assert set(re.findall(r"<([a-z0-9]+)", description)) == {"h2", "p", "b", "i", "ul", "li", "blockquote", "div", "a"}
    assert "\n" not in description
    assert "<h2>One</h2>" in description


def test_a_text_too_long_for_the_form_ends_after_a_whole_block(make_facts: Make):
    facts = make_facts(waivers=(waiver_text("A paragraph of **fair** length & more.\n\n" * 600),))
    description = section(facts, "Consent to treatment").description or ""
    assert 9_500 < len(description) <= 10_000
    assert description.endswith("</p><p>The rest of this text is in the signed document.</p>")


def test_each_text_says_its_version(make_facts: Make):
    facts = make_facts()
    texts = [part.answer for part in section(facts, "Consent to treatment").questions]
    assert facts.waivers[0].version_sha256 in texts


def test_a_consent_stands_with_its_wording(make_facts: Make):
    given = (Consent("p", "Privacy", "I have read it.", True), Consent("e", "News", "Send news.", False))
    assert section(make_facts(consents=given), "Consents").questions == (
        FormQuestion("I have read it.", "radio", options=(("Yes", True), ("No", False))),
        FormQuestion("Send news.", "radio", options=(("Yes", False), ("No", True))),
    )


def test_a_wording_too_long_for_a_question_stands_above_it(make_facts: Make):
    consents = section(make_facts(consents=(Consent("p", "Privacy", "Long <words>. " * 30, True),)), "Consents")
    assert consents.questions[0].name == "Privacy"
    assert "Long &lt;words&gt;." in (consents.description or "")


@pytest.mark.parametrize("name", [None, "Amelia Hartley"])
def test_a_signature_is_there_as_svg(make_facts: Make, name: str | None):
    facts = make_facts() if name is None else make_facts(signature=typed(name))
    sign = question(facts, "Signature")
    assert facts.signature is not None
    assert sign.kind == "signature"
    prefix, _, data = (sign.signature or "").partition(",")
    assert prefix == "data:image/svg+xml;base64"
    assert b64decode(data).decode() == signature_svg(facts.signature)


def test_without_a_signature_there_is_no_empty_question_for_it(make_facts: Make):
    names = [part.name for part in section(make_facts(signature=None), "Signature").questions]
    assert "Signature" not in names
    assert "Agreed to by" in names


def test_a_guardian_stands_in_the_form_of_a_minor(make_facts: Make):
    guardian = Guardian("Zoë", "Hartley", "+61498765432", "Mother")
    facts = make_facts(guardian=guardian)
    assert [part.answer for part in section(facts, "Parent or guardian").questions] == [
        "Zoë Hartley",
        "Mother",
        "+61498765432",
    ]
    assert question(facts, "Signed by").answer == "Zoë Hartley"


def test_a_minor_without_guardian_is_pointed_out(make_facts: Make):
    facts = make_facts()
    facts = replace(facts, patient=replace(facts.patient, date_of_birth=date(2010, 1, 1)))
    assert "under 18" in (question(facts, "Please note").answer or "")


@steady
@given(st.text(alphabet=st.sampled_from('ab<&"\n é'), max_size=400), st.integers(60, 300))
def test_any_text_fits_and_shows_as_typed(text: str, longest: int):
    html = safe_html(text, longest)
    assert len(html) <= longest
    assert "\n" not in html
    assert set(re.findall(r"<[^>]*>", html)) <= {"<br>"}
    assert not re.search(r"&(?!lt;|amp;|quot;|gt;|#x27;)", html)


def test_everything_keeps_to_the_limits(make_facts: Make):
    facts = make_facts(
        reference="R" * 400,
        waivers=(waiver_text("Text.", title="T" * 200),),
        answers=check_answers(FIELDS, {"allergies": "<" * 10_000}),
        guardian=Guardian("G" * 200, "H" * 200, "+61498765432", "Mother"),
    )
    for part in form_sections(facts):
        assert len(part.name) <= 255
        assert len(part.description or "") <= 10_000
        for asked in part.questions:
            assert 0 < len(asked.name) <= 255
            assert asked.answer is None or 0 < len(asked.answer) <= (255 if asked.kind == "text" else 10_000)
