"""Waivers and signed documents, as the people of a clinic work with them."""

import io
import re
import zipfile

import pypdf
import pytest

from tests.pages.console.desk import Desk
from tests.pages.console.forms import untouched
from tests.pages.shared.client import FRAGMENT

PAGE = "/console/demo/waivers"
NEW = {"title": "Gym rules", "key": "gym", "kind": "recreational", "body": "Wipe the **bench**.", "signature": "none"}


def save(desk: Desk, key: str = "policies", *, status: int = 303, **changes: object) -> str:
    visitor = desk.sign_in("manager")
    address = f"{PAGE}/{key}"
    return visitor.send(address, {**untouched(visitor.page(address).html, address), **changes}, status=status).text


def publish(desk: Desk, key: str = "policies", *, status: int = 303, **changes: object) -> str:
    visitor = desk.sign_in("manager")
    values = {**untouched(visitor.page(f"{PAGE}/{key}").html, f"{PAGE}/{key}"), **changes}
    return visitor.send(f"{PAGE}/{key}/publish", values, status=status).text


def versions_of(desk: Desk, key: str) -> list[str]:
    """The addresses of a waiver's versions, newest first."""
    html = desk.page("receptionist", f"{PAGE}/{key}").html
    return re.findall(rf'href="({PAGE}/{key}/versions/[0-9a-f]+)"', html)


def asked(desk: Desk) -> dict[str, str]:
    questions = desk.app.extensions["use_cases"].browse.questions(desk.clinic(), "1100001000087112800")
    return {waiver.key: waiver.body_markdown for waiver in questions.waivers}


def test_a_waiver_is_written_looked_at_and_published(desk: Desk) -> None:
    visitor = desk.sign_in("manager")
    form = untouched(visitor.page("/console/demo/new-waiver").html, "/new-waiver")
    visitor.send("/console/demo/new-waiver", {**form, **NEW})
    page = desk.page("manager", f"{PAGE}/gym")
    assert "Not published yet" in page.text and "<strong>bench</strong>" in page.html
    assert "gym" not in asked(desk)
    publish(desk, "gym")
    assert asked(desk)["gym"] == "Wipe the **bench**.\n"
    refused = visitor.send("/console/demo/new-waiver", {**form, **NEW}, status=422).text
    assert "The short name “gym” is used already" in refused


def test_the_three_kinds_carry_their_legal_caution(desk: Desk) -> None:
    text = desk.page("manager", "/console/demo/new-waiver").text
    for words in ("consumer guarantees stay", "Only for recreational services", "Have a lawyer read the text"):
        assert words in text


def test_a_newer_text_waits_with_its_difference_in_words(desk: Desk) -> None:
    before = asked(desk)["policies"]
    save(desk, body=before.replace("24 hours", "48 hours"))
    page = desk.page("manager", f"{PAGE}/policies")
    assert "<del>" in page.html and "added: 48" in page.text.replace("added:  48", "added: 48")
    assert asked(desk)["policies"] == before
    publish(desk)
    assert "48 hours" in asked(desk)["policies"]
    newest, first = (desk.page("receptionist", address) for address in versions_of(desk, "policies"))
    assert "<ins>" in newest.html and "It is the first version." in first.text
    assert "24 hours" in first.text


def test_what_is_on_the_screen_is_published_and_not_an_older_draft(desk: Desk) -> None:
    save(desk, body="An older draft.")
    publish(desk, body="On the screen.", title="A new title")
    assert asked(desk)["policies"] == "On the screen.\n"
    page = desk.page("manager", f"{PAGE}/policies")
    assert "Patients are asked for this text" in page.text and page.h1 == ["A new title"]
    refused = publish(desk, status=422, body="I, {{answer:nobody}}, agree.")
    assert "There is no question with the key nobody." in refused and "I, {{answer:nobody}}, agree." in refused
    assert asked(desk)["policies"] == "On the screen.\n"


@pytest.mark.parametrize("key", ["new", "preview", "templates"])
def test_a_waiver_of_any_name_can_be_edited(desk: Desk, key: str) -> None:
    visitor = desk.sign_in("manager")
    form = untouched(visitor.page("/console/demo/new-waiver").html, "/new-waiver")
    visitor.send("/console/demo/new-waiver", {**form, **NEW, "key": key})
    assert desk.page("manager", f"{PAGE}/{key}").h1 == ["Gym rules"]
    assert publish(desk, key, title="Named so") == "" or asked(desk)[key]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "Not a key"}, "key"),
        ({"body": "{{what}}"}, "body"),
        ({"title": ""}, "title"),
        ({"body": "key {{answer:key}}"}, "body"),
    ],
)
def test_a_mistake_is_said_at_its_field(desk: Desk, changes: dict[str, str], field: str) -> None:
    visitor = desk.sign_in("manager")
    form = untouched(visitor.page("/console/demo/new-waiver").html, "/new-waiver")
    said = visitor.send("/console/demo/new-waiver", {**form, **NEW, **changes}, status=422).text
    assert f'href="#{field}"' in said


@pytest.mark.parametrize("body", ["", "  \r\n ", "I, {{answer:nobody}}, agree.", "{{ what }}"])
def test_an_emptied_or_unsound_text_is_refused_and_nothing_is_lost(desk: Desk, body: str) -> None:
    before = asked(desk)
    said = save(desk, status=422, body=body, title="A new title")
    assert 'href="#body"' in said and 'value="A new title"' in said
    assert asked(desk) == before


def test_what_is_written_is_previewed_without_being_stored(desk: Desk) -> None:
    visitor = desk.sign_in("manager")
    values = {**untouched(visitor.page(f"{PAGE}/policies").html, f"{PAGE}/policies"), "body": "Only *typed*."}
    for headers in ({}, FRAGMENT):
        said = visitor.send("/console/demo/waiver-preview?of=policies", values, status=200, headers=headers).text
        assert "<em>typed</em>" in said.split('id="preview"')[1]
    empty = visitor.send("/console/demo/waiver-preview?of=policies", {**values, "body": ""}, status=200).text
    assert "The waiver has no text." in empty.split('id="preview"')[1]
    assert "typed" not in asked(desk)["policies"]


def test_the_sample_is_the_real_document(desk: Desk) -> None:
    answer = desk.sign_in("receptionist").get(f"{PAGE}/consent/sample.pdf")
    assert answer.content_type == "application/pdf"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    assert "Sample Person" in text and "Harbour Street Health" in text


def test_waivers_are_put_in_order_and_retired(desk: Desk) -> None:
    visitor = desk.sign_in("manager")
    visitor.send_form(f"{PAGE}/policies/move", {"direction": "up"})
    assert list(asked(desk)) == ["policies", "consent"]
    visitor.send_form(f"{PAGE}/policies/retire", {})
    assert list(asked(desk)) == ["consent"]
    assert visitor.get(f"{PAGE}/policies").status_code == 404


def test_of_two_managers_at_once_the_second_sees_both(desk: Desk) -> None:
    hers = untouched(desk.page("agency", f"{PAGE}/policies").html, f"{PAGE}/policies")
    save(desk, body="His text.")
    answer = desk.sign_in("agency").send(f"{PAGE}/policies", {**hers, "body": "Her text."}, status=409)
    assert "His text." in answer.text and "Her text." in answer.text
    visitor = desk.sign_in("agency")
    seen = untouched(desk.page("agency", f"{PAGE}/policies").html, f"{PAGE}/policies")
    save(desk, body="Another text.")
    said = visitor.send(f"{PAGE}/policies/publish", dict(seen), status=409).text
    assert "Somebody else saved this page meanwhile" in said
    assert "Another text." not in asked(desk)["policies"]


def test_a_signed_document_is_listed_checked_and_handed_out(desk: Desk) -> None:
    desk.shop.book()
    desk.shop.work()
    reference = desk.shop.booking().reference
    page = desk.page("receptionist", "/console/demo/documents")
    assert reference in page.text
    verify = next(link for link in page.links() if "/verify/" in link)
    assert desk.visitor().get(verify).status_code == 200
    assert not [values for tag, values in page.tags if tag == "form" and "evidence" in values["action"]]
    answer = desk.sign_in("manager").send_form(f"/console/demo/documents/{reference}/evidence", {}, status=200)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert {"document.pdf", "record.json", "seal.json", "public-key.txt"} <= set(archive.namelist())
    (version,) = versions_of(desk, "consent")
    assert reference in desk.page("receptionist", version).text
    desk.sign_in("stranger").send_form(f"/console/other/documents/{reference}/evidence", {}, status=404)


def test_a_waiver_begins_with_a_template_and_names_itself(desk: Desk) -> None:
    address = "/console/demo/new-waiver?template=recreational"
    page = desk.page("manager", address)
    assert "Have it checked by a lawyer before you publish it." in page.text
    visitor = desk.sign_in("manager")
    where = str(visitor.send("/console/demo/new-waiver", dict(untouched(page.html, "/new-waiver"))).headers["Location"])
    assert where.endswith("/waivers/recreational-activities")
    assert "is refused" not in publish(desk, "recreational-activities")
    assert "recreational-activities" in asked(desk)
