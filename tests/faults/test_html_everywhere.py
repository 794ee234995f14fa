"""Markup typed into every field is text everywhere: on the page, in the document, in Cliniko's form, in the CRM."""

import html
from io import BytesIO

from pypdf import PdfReader

from tests.faults.shop import Shop

MARKUP = "<script>alert(1)</script><b>&amp;\"'"
NAME = "<i>Pat"


def test_markup_in_every_field_stays_text(shop: Shop) -> None:
    check = shop.fill(
        shop.choose(),
        first_name=NAME,
        last_name="<u>O'Sample",
        answer_reason=f"{MARKUP}\nand a second line",
        answer_occupation=MARKUP,
        answer_emergency_contact=MARKUP,
        sign_name="<s>Pat",
    )
    page = shop.client.get(check)
    assert "<script>alert" not in page.text
    assert html.escape(NAME) in page.text or "&lt;i&gt;Pat" in page.text
    assert shop.confirm(check).endswith("/done")
    shop.work()
    shop.check_all_arrived_once()
    check_form(shop)
    check_document(shop)
    patient = shop.mine("patients")[0]
    assert (patient["first_name"], patient["occupation"]) == (NAME, MARKUP)


def check_form(shop: Shop) -> None:
    sections = shop.mine("patient_forms")[0]["content"]["sections"]
    questions = [question for section in sections for question in section["questions"]]
    reason = next(question for question in questions if question["name"] == "What brings you here?")
    assert html.unescape(reason["answer"].replace("<br>", "\n")) == f"{MARKUP}\nand a second line"
    assert "<script" not in reason["answer"]


def check_document(shop: Shop) -> None:
    stored = shop.mine("attachments")[0]
    content, media_type = shop.sandbox.control.attachment(stored["id"])
    assert media_type == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    assert NAME in text
