"""GoHighLevel's own OpenAPI documents, and holding what was exchanged against them.

The documents are not part of this project. They are looked for where ``BOOKING_SPECS_DIR`` says, or beside the
repository.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

NAMES = {
    "2021-07-28": ("gohighlevel-contacts.json", "gohighlevel-locations.json"),
    "v3": ("gohighlevel-contacts-v3.json", "gohighlevel-locations.json"),
}
SHARED = "gohighlevel-common-schemas.json"
# Seen in live answers; the documents list answers incompletely, so that only what they do list is held against them.
ERRORS_OUTSIDE = (403, 404, 429)


def find_folder() -> Path | None:
    """Where the documents are, or None."""
    places = [Path(__file__).parents[5] / "shared" / "reference" / "specs"]
    if named := os.environ.get("BOOKING_SPECS_DIR"):
        places.insert(0, Path(named))
    return next((place for place in places if (place / SHARED).is_file()), None)


class Documents:
    """The documents of one version of the API."""

    def __init__(self, folder: Path, version: str) -> None:
        registry: Registry[Any] = Registry()
        self._operations: list[tuple[str, re.Pattern[str], str, dict[str, Any]]] = []
        shared = json.loads((folder / SHARED).read_text())
        registry = registry.with_resource(f"urn:{SHARED}", _resource(shared))
        for name in NAMES[version]:
            content = _addressed(json.loads((folder / name).read_text()), f"urn:{name}")
            registry = registry.with_resource(f"urn:{name}", _resource(content))
            self._operations += _operations(content)
        self._registry = registry

    def disagreements(self, request: httpx.Request, response: httpx.Response, *, path: str) -> Iterator[str]:
        """What in an exchange is not as documented; values are not repeated."""
        found = self._operation(request.method, path)
        if found is None:
            yield f"{request.method} {path} is not an operation"
            return
        route, operation = found
        problems = [
            *_parameters(operation, request),
            *self._body(operation, request),
            *self._answer(operation, response),
        ]
        yield from (f"{request.method} {route}: {problem}" for problem in problems)

    def _operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        fits = [(route, o) for m, pattern, route, o in self._operations if m == method and pattern.fullmatch(path)]
        return min(fits, key=lambda fit: fit[0].count("{"), default=None)

    def _body(self, operation: dict[str, Any], request: httpx.Request) -> Iterator[str]:
        documented = operation.get("requestBody")
        if documented is None:
            if request.content:
                yield "a body where none is documented"
            return
        schema = documented["content"]["application/json"]["schema"]
        body = json.loads(request.content)
        for error in OAS30WriteValidator(schema, registry=self._registry).iter_errors(body):
            yield f"body breaks {error.validator!r} at {[str(step) for step in error.absolute_path]}"
        yield from self._strangers([schema], body, "body")

    def _answer(self, operation: dict[str, Any], response: httpx.Response) -> Iterator[str]:
        if response.status_code in ERRORS_OUTSIDE or response.status_code >= 500:
            return
        documented = operation["responses"].get(str(response.status_code))
        if documented is None:
            yield f"status {response.status_code} is not documented"
            return
        content = documented.get("content", {}).get("application/json")
        if content is None:
            return
        for error in OAS30ReadValidator(content["schema"], registry=self._registry).iter_errors(response.json()):
            yield f"answer breaks {error.validator!r} at {[str(step) for step in error.absolute_path]}"

    def _strangers(self, schemas: list[dict[str, Any]], value: object, place: str) -> Iterator[str]:
        """Members that no schema of this place knows, or that it calls deprecated: the real service refuses them."""
        known = list(self._opened(schemas))
        if isinstance(value, list):
            for one in value:
                yield from self._strangers([each["items"] for each in known if "items" in each], one, f"{place}[]")
        if not isinstance(value, dict) or not known:
            return
        for name, member in value.items():
            inner = [each["properties"][name] for each in known if name in each.get("properties", {})]
            if not inner or all(each.get("deprecated") for each in inner):
                yield f"{place}.{name} is not documented"
            yield from self._strangers(inner, member, f"{place}.{name}")

    def _opened(self, schemas: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for schema in schemas:
            if "$ref" in schema:
                yield from self._opened([self._registry.resolver().lookup(schema["$ref"]).contents])
            elif branches := schema.get("anyOf") or schema.get("allOf"):
                yield from self._opened(branches)
            else:
                yield schema


def _parameters(operation: dict[str, Any], request: httpx.Request) -> Iterator[str]:
    known = {(p["in"], p["name"]): p for p in operation.get("parameters", ())}
    sent = dict(parse_qsl(request.url.query.decode(), keep_blank_values=True))
    yield from (f"parameter {name} is not documented" for name in sent if ("query", name) not in known)
    for (kind, name), parameter in known.items():
        value = request.headers.get(name) if kind == "header" else sent.get(name)
        if kind == "path":
            continue
        if value is None and parameter.get("required"):
            yield f"{kind} {name} is missing"
        if value is not None and value not in parameter["schema"].get("enum", [value]):
            yield f"{kind} {name} is not one of the documented values"


def _operations(content: dict[str, Any]) -> Iterator[tuple[str, re.Pattern[str], str, dict[str, Any]]]:
    for route, methods in content["paths"].items():
        pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", route))
        for method in methods.keys() & {"get", "post", "put", "delete"}:
            yield method.upper(), pattern, route, methods[method]


def _resource(content: dict[str, Any]) -> Resource[Any]:
    return Resource(contents=content, specification=DRAFT4)


def _addressed(found: Any, address: str) -> Any:
    """A document whose references carry its address, or that of the shared one."""
    if isinstance(found, list):
        return [_addressed(one, address) for one in found]
    if not isinstance(found, dict):
        return found
    copied = {name: _addressed(one, address) for name, one in found.items()}
    if isinstance(copied.get("$ref"), str):
        file, _, place = copied["$ref"].partition("#")
        copied["$ref"] = f"urn:{SHARED}#{place}" if file else f"{address}#{place}"
    return copied
