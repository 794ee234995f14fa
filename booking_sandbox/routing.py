"""Which handler answers a method and path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

Handler = TypeVar("Handler")


class Router(Generic[Handler]):
    """Matches paths; a wrong method counts as no match, as the imitated servers have it."""

    def __init__(self, routes: Iterable[tuple[str, str, Handler]]) -> None:
        self._map = Map(
            [Rule(path, methods=[method], endpoint=handler) for method, path, handler in routes],
            strict_slashes=True,
            redirect_defaults=False,
            merge_slashes=False,
        )

    def match(self, method: str, path: str) -> tuple[Handler, dict[str, str]] | None:
        """The handler and the parts of the path, or None."""
        try:
            handler, args = self._map.bind("sandbox").match(path, method)
        except HTTPException:
            return None
        return handler, dict(args)
