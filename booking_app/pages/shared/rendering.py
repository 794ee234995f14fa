"""The only place that decides between a page and a fragment of it."""

from typing import Any

from flask import Response, make_response, render_template, request


def wants_fragment() -> bool:
    """Whether htmx asked for a part to swap in. A history restore is answered with the whole page."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def render(
    fragment: str, *, title: str, status: int = 200, wrapper: str = "shared/page.html", **values: Any
) -> Response:
    """The fragment for htmx, or the same fragment inside its page; an invalid form is a 422 of the same fragment."""
    shown_title = f"Error: {title}" if status == 422 else title
    outer = "shared/fragment.html" if wants_fragment() else wrapper
    response = make_response(render_template(outer, fragment=fragment, title=shown_title, **values), status)
    response.vary.add("HX-Request")
    if status >= 400 and request.method == "POST" and wants_fragment():
        response.headers["HX-Push-Url"] = "false"  # what was refused is no page to go back to
    return response
