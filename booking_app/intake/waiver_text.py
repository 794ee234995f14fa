"""A waiver's text: its canonical form and hash, its clean HTML, and the placeholders in it."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

LONGEST_BODY = 100_000
LONG_VALUE = 80
PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+(?::[a-z0-9_]+)?)\s*\}\}")
BRACES = re.compile(r"\{\{.{0,60}", re.DOTALL)
PLAIN_PLACEHOLDERS = ("patient_name", "date")
BLANKS = {"patient_name": "patient’s name", "date": "date of signing"}
ALLOWED_TAGS = {
    "p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "a", "blockquote", "hr", "br", "code", "pre",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
LINK_SCHEMES = {"http", "https", "mailto", "tel"}
WHOLE_LINK = re.compile(r"(?:https?://|mailto:|tel:).+", re.IGNORECASE)


class WaiverInvalid(ValueError):
    """The message is a sentence for whoever writes the waiver; `about` is the key of [[waivers]] to change."""

    def __init__(self, sentence: str, about: str = "body") -> None:
        super().__init__(sentence)
        self.about = about


def canonical_body(body: str) -> str:
    """The text whose hash names the version: Unicode NFC, `\\n` line ends, no blank lines around it."""
    lines = unicodedata.normalize("NFC", body).replace("\r\n", "\n").replace("\r", "\n")
    return lines.removeprefix("\ufeff").strip("\n \t") + "\n"


def body_sha256(body: str) -> str:
    return hashlib.sha256(canonical_body(body).encode()).hexdigest()


def check_body(body: str, field_keys: Collection[str]) -> str:
    """The canonical text of a waiver that may be published. Raises WaiverInvalid."""
    text = canonical_body(body)
    if not text.strip():
        raise WaiverInvalid("The waiver has no text.")
    if len(text) > LONGEST_BODY:
        raise WaiverInvalid(f"The waiver has {len(text):,} characters; at most {LONGEST_BODY:,} are possible.")
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in text):
        raise WaiverInvalid("The waiver holds characters that cannot be printed.")
    for name in placeholders_in(text):
        _check_placeholder(name, field_keys)
    left = BRACES.search(PLACEHOLDER.sub("", text))
    if left is not None:
        raise WaiverInvalid(f"{left.group().splitlines()[0]!r} is not a placeholder; {_possible()}")
    return text


def placeholders_in(body: str) -> tuple[str, ...]:
    """The placeholders of a text, each once, in order: `patient_name`, `date`, `answer:<field key>`."""
    return tuple(dict.fromkeys(PLACEHOLDER.findall(body)))


def answer_keys(placeholders: Collection[str]) -> tuple[str, ...]:
    """The intake fields whose answers a text asks for."""
    return tuple(name.removeprefix("answer:") for name in placeholders if name.startswith("answer:"))


@lru_cache(maxsize=64)
def body_html(body: str) -> str:
    """Clean HTML of a text with its placeholders still in it. Headings begin at h3: title and page come before."""
    rendered = _MARKDOWN.render(canonical_body(body))
    clean = nh3.clean(
        rendered,
        tags=ALLOWED_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        attribute_filter=_kept_attribute,
        url_schemes=LINK_SCHEMES,
        link_rel=None,
    )
    # Added here because nh3 writes several attributes in an order that changes from run to run.
    return clean.replace("<a href=", '<a target="_blank" rel="noopener noreferrer" href=')


def with_blanks(html: str, labels: Mapping[str, str]) -> str:
    """For reading before anything is answered: each placeholder as a named blank; `labels`: field key -> label."""
    return _filled(html, lambda name: _blank(name, labels))


def with_values(html: str, values: Mapping[str, str]) -> str:
    """For the signed document: each placeholder as its value; `values`: placeholder -> plain text."""
    return _filled(html, lambda name: _value(values.get(name, "")))


def _filled(html: str, text_for: Callable[[str], str]) -> str:
    # Only text between tags is touched, so nothing a patient typed can reach an attribute.
    parts = re.split(r"(<[^>]*>)", html)
    parts[::2] = [PLACEHOLDER.sub(lambda match: text_for(match[1]), part) for part in parts[::2]]
    return "".join(parts)


def _blank(name: str, labels: Mapping[str, str]) -> str:
    label = BLANKS.get(name) or labels.get(name.removeprefix("answer:")) or "your answer"
    return f'<span class="blank">[{escape(label)}]</span>'


def _value(text: str) -> str:
    shown = "<br>".join(escape(line) for line in text.split("\n")) if text else "<span>not answered</span>"
    style = "filled long" if len(text) > LONG_VALUE else "filled"
    return f'<span class="{style}">{shown}</span>'


def _kept_attribute(_tag: str, name: str, value: str) -> str | None:
    # A link without a host would lead into the booking itself; nh3 also lets `title` through on every tag.
    if name == "href":
        return value if WHOLE_LINK.fullmatch(value) else None
    return None if name == "title" else value


def _check_placeholder(name: str, field_keys: Collection[str]) -> None:
    if name in PLAIN_PLACEHOLDERS:
        return
    if not name.startswith("answer:"):
        raise WaiverInvalid(f"{{{{{name}}}}} is not a placeholder; {_possible()}")
    if name.removeprefix("answer:") not in field_keys:
        raise WaiverInvalid(f"There is no question with the key {name.removeprefix('answer:')}.")


def _possible() -> str:
    return "possible are {{patient_name}}, {{date}} and {{answer:key}} with the key of a question."


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    markdown.core.ruler.push("lower_headings", _lower_headings)
    return markdown


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"


_MARKDOWN = _markdown()
