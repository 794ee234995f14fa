"""Answers into the tree of a patient's custom fields, as the account's settings define it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from booking_app.pms.client import ClinikoClient, CustomField, CustomFieldOption, CustomFieldSection
from booking_app.pms.errors import PracticeMisconfigured
from booking_app.pms.records import CustomFieldChoice, QuestionKind

LONGEST_OTHER = 255
# Cliniko's name of a kind -> ours; in forms and in custom fields alike.
KINDS: Mapping[str, QuestionKind] = {
    "text": "text", "paragraph": "paragraph", "date": "date", "checkboxes": "checkboxes", "radiobuttons": "radio",
}  # fmt: skip
Given = str | Sequence[str]


def read_choices(client: ClinikoClient) -> tuple[CustomFieldChoice, ...]:
    """The custom fields in use, as somebody chooses among them."""
    return tuple(
        CustomFieldChoice(
            token=field.token,
            section=section.name,
            name=field.name,
            kind=KINDS[field.type],
            options=tuple(option.name for option in field.options if not option.is_archived),
            has_other=field.has_other,
        )
        for section in client.settings.get().custom_field_sections
        for field in _live_fields(section)
        if field.type in KINDS
    )


def custom_fields(sections: Iterable[CustomFieldSection], answers: Mapping[str, Given]) -> dict[str, object]:
    """The tree that carries the answers, by field token; empty when no answer says anything.

    Raises PracticeMisconfigured: `custom_field_unknown` for a token that the account does not have (any more),
    `custom_field_kind` for an answer that its kind cannot hold, `custom_option_unknown` for a choice it does not offer.
    """
    given = {token: texts for token, answer in answers.items() if (texts := _texts(answer))}
    written: list[dict[str, object]] = []
    for section in sections:
        fields = [_field(one, given.pop(one.token)) for one in _live_fields(section) if one.token in given]
        if fields:
            written.append({"token": section.token, "fields": fields})
    if given:
        raise PracticeMisconfigured("custom_field_unknown")
    return {"sections": written} if written else {}


def _live_fields(section: CustomFieldSection) -> Iterable[CustomField]:
    return () if section.is_archived else (one for one in section.fields if not one.is_archived)


def _texts(answer: Given) -> list[str]:
    found = [answer] if isinstance(answer, str) else list(answer)
    return [text.strip() for text in found if text.strip()]


def _field(field: CustomField, texts: list[str]) -> dict[str, object]:
    if field.type in ("checkboxes", "radiobuttons"):
        return {"token": field.token, **_choice(field, texts)}
    value = ", ".join(texts)
    if field.type == "date" and not _is_day(value):
        raise PracticeMisconfigured("custom_field_kind")
    return {"token": field.token, "value": value}


def _choice(field: CustomField, texts: list[str]) -> dict[str, object]:
    if field.type == "radiobuttons" and len(texts) > 1:
        raise PracticeMisconfigured("custom_field_kind")
    chosen = [(text, _option(field, text)) for text in texts]
    others = [text for text, option in chosen if option is None]
    if others and not field.has_other:
        raise PracticeMisconfigured("custom_option_unknown")
    tokens = dict.fromkeys(option.token for _, option in chosen if option)
    written: dict[str, object] = {}
    if tokens:
        written["options"] = [{"token": token, "selected": True} for token in tokens]
    if others:
        written["other"] = {"selected": True, "value": ", ".join(others)[:LONGEST_OTHER]}
    return written


def _option(field: CustomField, text: str) -> CustomFieldOption | None:
    live = [one for one in field.options if not one.is_archived]
    by_token = (one for one in live if one.token == text)
    by_name = (one for one in live if one.name.strip().casefold() == text.casefold())
    return next(by_token, None) or next(by_name, None)


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
