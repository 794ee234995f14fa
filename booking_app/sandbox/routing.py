"""Which handler answers a method and path, and the call that is handed to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from booking_app.sandbox.world import World


@dataclass(frozen=True)
class Call:
    """One request on its way to a handler: the world it meets, the parts of its path, and who is calling."""

    world: World
    request: Request
    args: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Any], Response]
Route = tuple[str, str, Handler]


class Router:
    """Matches paths; a wrong method counts as no match, as the imitated servers have it."""

    def __init__(self, routes: Iterable[Route]) -> None:
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
