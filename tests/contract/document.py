"""Cliniko's own OpenAPI document, and holding one exchange against it.

The document is not part of this project. It is looked for where ``BOOKING_SPECS_DIR`` says, or beside the repository.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
from jsonschema.exceptions import ValidationError
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, oas30_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

NAME = "cliniko-openapi.json"
_ADDRESS = "urn:cliniko"
_FILTER_ROW = re.compile(r"^\| (\w+) \|", re.MULTILINE)

# Documented elsewhere than in the OpenAPI document of 2023: later official pages, and the guide on form content.
LATER_ROUTES = ("/appointment_type_billable_items", "/appointment_type_products", "/patient_attachments/{id}/content")
LATER_MEMBERS = {
    "country_code": "patients, since 2024",
    "signature": "the input form of a signature question",
}


def find_document() -> Path | None:
    """Where the document is, or None."""
    places = [Path(__file__).parents[3] / "shared" / "reference" / "specs"]
    if named := os.environ.get("BOOKING_SPECS_DIR"):
        places.insert(0, Path(named))
    return next((place / NAME for place in places if (place / NAME).is_file()), None)


class Document:
    """The document, answering one question: what in this exchange is not as documented?"""

    def __init__(self, path: Path) -> None:
        self._content = _readable(json.loads(path.read_text()))
        self._registry = Registry().with_resource(_ADDRESS, Resource(contents=self._content, specification=DRAFT4))
        self._operations = list(self._compiled())

    def disagreements(self, request: httpx.Request, response: httpx.Response, *, path: str) -> list[str]:
        """What does not match, each with the operation and the place; values are not repeated. Empty when all does."""
        found = self._operation(request.method, path)
        if found is None:
            return [] if _is_later(path) else [f"{request.method} {path} is not an operation"]
        route, operation = found
        where = f"{request.method} {route}"
        problems = [
            *self._query(operation, request),
            *self._body(operation, request),
            *self._answer(operation, response),
        ]
        return [f"{where}: {problem}" for problem in problems]

    def _compiled(self) -> Iterator[tuple[str, re.Pattern[str], str, dict[str, Any]]]:
        for route, methods in self._content["paths"].items():
            pattern = re.compile(re.sub(r"\{\w+\}", "[0-9]+", route))
            for method in methods.keys() & {"get", "post", "patch", "put", "delete"}:
                yield method.upper(), pattern, route, methods[method]

    def _operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        fits = [(route, o) for m, pattern, route, o in self._operations if m == method and pattern.fullmatch(path)]
        return min(fits, key=lambda fit: fit[0].count("{"), default=None)

    def _query(self, operation: dict[str, Any], request: httpx.Request) -> Iterator[str]:
        known = {p["name"]: p for p in map(self._resolved, operation.get("parameters", ())) if p["in"] == "query"}
        sent = parse_qsl(request.url.query.decode(), keep_blank_values=True)
        for name, value in sent:
            if name not in known:
                yield f"parameter {name} is not documented"
            elif name == "q[]":
                yield from _filter_problems(known[name], value)
            elif known[name]["schema"].get("format") == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                yield f"parameter {name} is no date"
        for name in known.keys() - {name for name, _ in sent}:
            if known[name].get("required"):
                yield f"parameter {name} is missing"

    def _body(self, operation: dict[str, Any], request: httpx.Request) -> Iterator[str]:
        documented = operation.get("requestBody")
        if documented is None:
            if request.content:
                yield "a body where none is documented"
            return
        if request.headers.get("Content-Type") != "application/json":
            yield "the body is not declared as JSON"
        schema = self._resolved(documented)["content"]["application/json"]["schema"]
        body = json.loads(request.content)
        yield from _problems("body", self._errors(OAS30WriteValidator, schema, body))
        yield from self._unknown_members(schema, body, "body")

    def _answer(self, operation: dict[str, Any], response: httpx.Response) -> Iterator[str]:
        if response.status_code in (400, 401, 403, 404, 429) or response.status_code >= 500:
            return  # real, and not in the document
        documented = operation["responses"].get(str(response.status_code))
        if documented is None:
            yield f"status {response.status_code} is not documented"
            return
        content = self._resolved(documented).get("content", {}).get("application/json")
        if content is None:
            if response.content:
                yield "an answer with a body where none is documented"
            return
        try:
            answer = response.json()
        except ValueError:
            yield "an answer that is not JSON"
            return
        errors = self._errors(OAS30ReadValidator, content["schema"], answer)
        yield from _problems("answer", (error for error in errors if not _is_habit(error)))

    def _errors(self, validator: Any, schema: dict[str, Any], value: object) -> Iterator[ValidationError]:
        checker = validator(schema, registry=self._registry, format_checker=oas30_format_checker)
        yield from checker.iter_errors(value)

    def _unknown_members(self, schema: dict[str, Any], value: object, place: str) -> Iterator[str]:
        schema = self._resolved(schema)
        if isinstance(value, list):
            for one in value:
                yield from self._unknown_members(schema.get("items", {}), one, f"{place}[]")
        if not isinstance(value, dict) or "properties" not in schema:
            return
        for name, member in value.items():
            if name in schema["properties"]:
                yield from self._unknown_members(schema["properties"][name], member, f"{place}.{name}")
            elif name not in LATER_MEMBERS:
                yield f"{place}.{name} is not documented"

    def _resolved(self, found: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in found:
            target: Any = self._content
            for step in found["$ref"].removeprefix(f"{_ADDRESS}#/").split("/"):
                target = target[step]
            found = target
        return found


def _problems(name: str, errors: Iterable[ValidationError]) -> Iterator[str]:
    for error in errors:
        place = ".".join("[]" if isinstance(step, int) else str(step) for step in error.absolute_path)
        yield f"{name}.{place} breaks {error.validator!r} of the schema"


def _is_habit(error: ValidationError) -> bool:
    """Whether this is how live answers are, and no fault: an unset reference is null there, and unset text is ""."""
    if error.validator == "anyOf":
        return any(all(map(_is_habit, errors)) for errors in _by_branch(error))
    if error.instance is None:
        return error.schema.get("properties", {}).keys() == {"links"}
    return error.instance == "" and error.schema.get("nullable") is True and error.validator in ("pattern", "enum")


def _by_branch(error: ValidationError) -> list[list[ValidationError]]:
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    return list(branches.values())


def _filter_problems(parameter: dict[str, Any], value: str) -> Iterator[str]:
    field, colon, condition = value.partition(":")
    if field not in _FILTER_ROW.findall(parameter.get("description", "")):
        yield f"filter on {field} is not documented"
    if not colon or condition[:1] not in ("=", "!", ">", "<", "~", "?", "*"):
        yield f"filter on {field} has no operator"


def _is_later(path: str) -> bool:
    return any(re.fullmatch(re.sub(r"\{\w+\}", "[0-9]+", route), path) for route in LATER_ROUTES)


def _readable(found: Any) -> Any:
    """The document as the validator needs it, with what it means where its letter says something else.

    References carry its address. Choices that may be null hold null. E-mail patterns are written in capitals and meant
    for either case. Wall times are HH:MM by its own examples.
    """
    if isinstance(found, list):
        return [_readable(one) for one in found]
    if not isinstance(found, dict):
        return found
    copied = {name: _readable(one) for name, one in found.items()}
    if isinstance(copied.get("$ref"), str):
        copied["$ref"] = _ADDRESS + copied["$ref"]
    if copied.get("nullable") is True and isinstance(copied.get("enum"), list) and None not in copied["enum"]:
        copied["enum"] = [*copied["enum"], None]
    if isinstance(copied.get("pattern"), str) and copied["pattern"].startswith("^[A-Z0-9!"):
        copied["pattern"] = f"(?i){copied['pattern']}"
    if copied.get("format") == "time":
        del copied["format"]
        copied["pattern"] = "^[0-2][0-9]:[0-5][0-9]$"
    return copied
