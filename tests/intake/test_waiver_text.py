import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.intake.waiver_text import (
    WaiverInvalid,
    body_html,
    body_sha256,
    check_body,
    placeholders_in,
    with_blanks,
    with_values,
)
from tests.intake.conftest import steady


def test_line_ends_and_blank_edges_make_no_new_version():
    assert body_sha256("\n# Hi\r\nthere\r\n\r\n") == body_sha256("# Hi\nthere")


def test_one_letter_makes_a_new_version():
    assert body_sha256("I agree") != body_sha256("I agrée")


def test_headings_begin_below_the_title():
    assert body_html("# One\n\n## Two\n\n###### Six") == "<h3>One</h3>\n<h4>Two</h4>\n<h6>Six</h6>\n"


def test_html_in_the_text_is_shown_and_not_run():
    html = body_html("<script>x</script>\n\na <b onclick=1>b</b> <!-- c -->")
    assert "<script" not in html
    assert "<b" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:text/html,x", "/console/", "//evil.example", "file:///x"]
)
def test_a_link_to_anything_but_a_site_mail_or_phone_leads_nowhere(target: str):
    assert "href" not in body_html(f"[here]({target})")


@pytest.mark.parametrize("target", ["https://clinic.example/a", "mailto:a@b.example", "tel:+61255501234"])
def test_a_link_opens_beside_the_booking_and_tells_nothing(target: str):
    html = body_html(f'[here]({target} "title")')
    assert f'<a target="_blank" rel="noopener noreferrer" href="{target}">here</a>' in html


def test_pictures_are_not_loaded():
    assert "<img" not in body_html("![x](https://tracker.example/x.png)")


def test_the_placeholders_of_a_text_are_found_once_each():
    assert placeholders_in("{{date}} {{ answer:a_b }} {{date}}") == ("date", "answer:a_b")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("  \n ", "no text"),
        ("{{doctor}}", "{{doctor}} is not a placeholder"),
        ("{{answer:nope}}", "There is no question with the key nope."),
        ("{{Patient Name}}", "is not a placeholder; possible are"),
        ("{{date", "is not a placeholder"),
        ("a\x00b", "cannot be printed"),
        ("x" * 100_001, "at most 100,000"),
    ],
)
def test_a_text_that_cannot_be_published_is_refused_with_a_sentence(body: str, sentence: str):
    with pytest.raises(WaiverInvalid) as caught:
        check_body(body, {"allergies"})
    assert sentence in str(caught.value)


def test_blanks_are_named_by_their_labels():
    html = with_blanks(body_html("{{patient_name}} {{answer:allergies}}"), {"allergies": "Allergies & <more>"})
    assert "[patient’s name]" in html
    assert "[Allergies &amp; &lt;more&gt;]" in html


def test_values_are_escaped_and_keep_their_lines():
    html = with_values("<p>{{patient_name}}</p>", {"patient_name": '<img src=x onerror="1">\n&'})
    assert html == '<p><span class="filled">&lt;img src=x onerror=&quot;1&quot;&gt;<br>&amp;</span></p>'


def test_a_value_that_looks_like_a_placeholder_is_only_text():
    html = with_values("<p>{{patient_name}}</p>", {"patient_name": "{{date}}", "date": "today"})
    assert "today" not in html


def test_no_value_can_reach_a_link():
    html = with_values(body_html("[x](https://a.example/{{patient_name}})"), {"patient_name": "Amelia"})
    assert "Amelia" not in html


def test_an_answer_that_was_not_given_says_so():
    assert "not answered" in with_values("{{answer:x}}", {})


@steady
@given(st.text(max_size=200))
def test_no_text_gets_script_into_a_page(body: str):
    html = body_html(f"{body}\n\n<script>{body}</script>").lower()
    assert "<script" not in html
    assert "<img" not in html
