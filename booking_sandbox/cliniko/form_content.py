"""The content of patient forms, checked as strictly as the documents say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import nh3

from booking_sandbox.cliniko.answers import SchemaRefused
from booking_sandbox.instants import date_from_text
from booking_sandbox.table import Record

TYPES = {"text", "paragraph", "checkboxes", "radiobuttons", "date", "signature"}
_TAGS = {"p", "div", "br", "ul", "ol", "li", "blockquote", "h1", "h2", "b", "i", "u", "a"}
_SECTION = {"name", "description", "questions"}
_QUESTION = {"name", "type", "required", "answer", "answers", "other", "signature", "signature_id"}
_LONGEST = {"text": 255, "paragraph": 10_000, "date": 10}


class ContentInvalid(ValueError):
    """The content breaks a rule; the text says which, and where by position, never the answer."""


def read(content: Any) -> Record | None:
    """The content as it is stored: checked, paragraphs cleaned. Raises SchemaRefused or ContentInvalid."""
    if content is None:
        return None
    if not isinstance(content, dict):
        raise SchemaRefused("must be an object")
    _only(content, {"sections"}, "content")
    sections = _list(content.get("sections"), "sections")
    return {"sections": [_section(section, number) for number, section in enumerate(sections, 1)]}


def _only(value: Mapping[str, Any], known: set[str], where: str) -> None:
    if not value.keys() <= known:
        raise ContentInvalid(f"{where} has an unknown member {sorted(value.keys() - known)[0]}")


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise ContentInvalid(f"{where} must be a list that is not empty")
    return value


def _text(value: Any, where: str, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise ContentInvalid(f"{where} must be a text of at most {longest} characters")
    return value


def _section(section: Any, number: int) -> Record:
    where = f"section {number}"
    if not isinstance(section, dict):
        raise ContentInvalid(f"{where} must be an object")
    _only(section, _SECTION, where)
    clean = dict(section)
    if section.get("name") is not None:
        _text(section["name"], f"the name of {where}", 255)
    if section.get("description") is not None:
        clean["description"] = _cleaned(_text(section["description"], f"the description of {where}", 10_000))
    if "questions" in section:
        questions = _list(section["questions"], f"questions of {where}")
        clean["questions"] = [_question(item, f"question {at} of {where}") for at, item in enumerate(questions, 1)]
    return clean


def _question(question: Any, where: str) -> Record:
    if not isinstance(question, dict):
        raise ContentInvalid(f"{where} must be an object")
    _only(question, _QUESTION, where)
    name = _text(question.get("name"), f"the name of {where}", 255)
    if not name.strip():
        raise ContentInvalid(f"the name of {where} is blank")
    kind = question.get("type")
    if kind not in TYPES:
        raise ContentInvalid(f"the type of {where} is not one of {sorted(TYPES)}")
    if not isinstance(question.get("required", False), bool):
        raise ContentInvalid(f"required of {where} must be true or false")
    clean = {**question, "required": question.get("required", False)}
    if kind in ("checkboxes", "radiobuttons"):
        _choices(question, kind, where)
    elif kind == "signature":
        _signature(question, where)
    else:
        clean.update(_answer(question, kind, where))
    return clean


def _answer(question: Record, kind: str, where: str) -> dict[str, str]:
    _without(question, {"answers", "other", "signature", "signature_id"}, where)
    if "answer" not in question:
        return {}
    answer = _text(question["answer"], f"the answer of {where}", _LONGEST[kind])
    if not answer:
        raise ContentInvalid(f"the answer of {where} is empty; leave it out instead")
    if kind == "date" and date_from_text(answer) is None:
        raise ContentInvalid(f"the answer of {where} must be a date")
    return {"answer": _cleaned(answer) if kind == "paragraph" else answer}


def _without(question: Record, unwanted: set[str], where: str) -> None:
    found = sorted(question.keys() & unwanted)
    if found:
        raise ContentInvalid(f"{found[0]} does not belong to {where}")


def _choices(question: Record, kind: str, where: str) -> None:
    _without(question, {"answer", "signature", "signature_id"}, where)
    chosen = 0
    for answer in _list(question.get("answers"), f"answers of {where}"):
        if not isinstance(answer, dict):
            raise ContentInvalid(f"an answer of {where} must be an object")
        _only(answer, {"value", "selected"}, f"an answer of {where}")
        if answer.get("value") is not None:
            _text(answer["value"], f"an answer of {where}", 255)
        if "selected" in answer and answer["selected"] is not True:
            raise ContentInvalid(f"selected of {where} may only be true")
        chosen += "selected" in answer
    chosen += _other(question["other"], where) if "other" in question else 0
    if kind == "radiobuttons" and chosen > 1:
        raise ContentInvalid(f"{where} takes one answer")


def _other(other: Any, where: str) -> bool:
    if not isinstance(other, dict) or not isinstance(other.get("enabled"), bool):
        raise ContentInvalid(f"other of {where} must say whether it is enabled")
    _only(other, {"enabled", "selected", "value"}, f"other of {where}")
    selected: object = other.get("selected", False)
    if not isinstance(selected, bool) or (selected and not other["enabled"]):
        raise ContentInvalid(f"other of {where} cannot be selected")
    if "value" in other:
        _text(other["value"], f"other of {where}", 255)
        if not selected:
            raise ContentInvalid(f"other of {where} has a value but is not selected")
    return selected


def _signature(question: Record, where: str) -> None:
    _without(question, {"answer", "answers", "other"}, where)
    if "signature" in question and "signature_id" in question:
        raise ContentInvalid(f"{where} has two signatures")


def _cleaned(html: str) -> str:
    stripped = html.replace("\r", "").replace("\n", "").replace("\t", "")
    return nh3.clean(stripped, tags=_TAGS, attributes={"a": {"href"}}, link_rel=None)


def unanswered(content: Record | None) -> list[str]:
    """Where required questions lack an answer, as positions."""
    missing = []
    for number, section in enumerate((content or {}).get("sections", []), 1):
        for at, question in enumerate(section.get("questions", []), 1):
            if question["required"] and not _is_answered(question):
                missing.append(f"question {at} of section {number}")
    return missing


def _is_answered(question: Record) -> bool:
    if question["type"] == "signature":
        return bool(question.get("signature_id") or question.get("signature"))
    if question["type"] in ("checkboxes", "radiobuttons"):
        return any(answer.get("selected") for answer in question["answers"]) or bool(
            question.get("other", {}).get("selected")
        )
    return bool(question.get("answer", "").strip())
