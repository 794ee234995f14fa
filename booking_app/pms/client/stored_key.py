"""The key under which the file store kept an upload, read from its XML answer."""

from __future__ import annotations

from xml.parsers import expat

from .errors import ClinikoStorageFailed

_MOST_BYTES = 64 * 1024


def stored_key(answer: bytes) -> str:
    """The ``Key`` of a ``PostResponse``; raises ClinikoStorageFailed when it cannot be read.

    A document type is refused, and with it every entity: nothing is expanded and nothing fetched.
    """
    found: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    depth_of_key = _KeyReader(found)
    parser.StartElementHandler = depth_of_key.start
    parser.EndElementHandler = depth_of_key.end
    parser.CharacterDataHandler = depth_of_key.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(answer[: _MOST_BYTES + 1], True)
    except (expat.ExpatError, _DoctypeFound):
        raise ClinikoStorageFailed("the file store's answer cannot be read") from None
    key = "".join(found)
    if not key or len(answer) > _MOST_BYTES:
        raise ClinikoStorageFailed("the file store's answer names no key")
    return key


class _DoctypeFound(Exception):
    pass


def _refuse_doctype(*_declaration: object) -> None:
    raise _DoctypeFound


class _KeyReader:
    def __init__(self, found: list[str]) -> None:
        self._found = found
        self._is_inside = False

    def start(self, name: str, _attributes: object) -> None:
        self._is_inside = name.rpartition(" ")[2] == "Key"

    def end(self, _name: str) -> None:
        self._is_inside = False

    def text(self, data: str) -> None:
        if self._is_inside:
            self._found.append(data)
