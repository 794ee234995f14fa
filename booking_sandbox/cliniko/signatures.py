"""Signatures: an SVG goes in with a form's content, an id comes back, and the picture is read under the form only."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any
from xml.etree import ElementTree

from werkzeug.wrappers import Response

from booking_sandbox.cliniko.answers import NotFound, as_json
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.form_content import ContentInvalid
from booking_sandbox.table import Record

_PREFIX = "data:image/svg+xml;base64,"
_LARGEST = 500.0


def stored(call: ClinikoCall, content: Record | None, form_id: str) -> Record | None:
    """The content with each new signature stored and replaced by its id. Raises ContentInvalid."""
    if content is None:
        return None
    sections = []
    for section in content["sections"]:
        kept = dict(section)
        if "questions" in section:
            kept["questions"] = [_question(call, question, form_id) for question in section["questions"]]
        sections.append(kept)
    return {"sections": sections}


def _question(call: ClinikoCall, question: Record, form_id: str) -> Record:
    if "signature_id" in question:
        known = call.table("signatures").get(question["signature_id"])
        if known is None or known["patient_form_id"] != form_id:
            raise ContentInvalid("a signature_id names no signature of this form")
        return {**question, "signature_id": known["id"]}
    if "signature" not in question:
        return question
    check(question["signature"])
    row = call.new_record(patient_form_id=form_id, image=question["signature"], user_id=call.user_id)
    call.table("signatures").put(row)
    rest = {key: value for key, value in question.items() if key != "signature"}
    return {**rest, "signature_id": row["id"]}


def check(image: Any) -> None:
    """Raise ContentInvalid unless this is a data URI of an SVG of at most 500 by 500."""
    if not isinstance(image, str) or not image.startswith(_PREFIX):
        raise ContentInvalid("a signature must be a data URI of an SVG image")
    try:
        svg = base64.b64decode(image.removeprefix(_PREFIX), validate=True)
        if b"<!DOCTYPE" in svg or b"<!ENTITY" in svg:
            raise ContentInvalid("a signature must not declare a document type")
        root = ElementTree.fromstring(svg)
    except (binascii.Error, ElementTree.ParseError, ValueError) as error:
        raise ContentInvalid("a signature is no readable SVG") from error
    if root.tag not in ("svg", "{http://www.w3.org/2000/svg}svg"):
        raise ContentInvalid("a signature is no SVG")
    width, height = _size(root)
    if not (0 < width <= _LARGEST and 0 < height <= _LARGEST):
        raise ContentInvalid("a signature must be at most 500 by 500 pixels")


def _size(root: ElementTree.Element) -> tuple[float, float]:
    box = root.get("viewBox", "0 0 0 0").replace(",", " ").split()
    width, height = (_pixels(root.get(name)) for name in ("width", "height"))
    return width or float(box[2]), height or float(box[3])


def _pixels(text: str | None) -> float | None:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(px)?", text or "")
    return float(match[1]) if match else None


def ids_in(content: Record | None) -> list[str]:
    """The signatures a form's content holds."""
    return [
        question["signature_id"]
        for section in (content or {}).get("sections", [])
        for question in section.get("questions", [])
        if "signature_id" in question
    ]


def show(call: ClinikoCall) -> Response:
    """One signature of one form."""
    row = call.table("signatures").get(call.args["id"])
    if row is None or row["patient_form_id"] != call.args["form_id"]:
        raise NotFound
    return as_json(
        {
            "id": row["id"],
            "created_at": row["created_at"],
            "updated_at": row["updated_at"],
            "image": row["image"],
            "user": call.link("users", row["user_id"]),
            "links": {"self": call.url("patient_forms", row["patient_form_id"], "signatures", row["id"])},
        }
    )


ROUTES = [("GET", "/patient_forms/<form_id>/signatures/<id>", show)]
