"""ActiveCampaign's error bodies."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response


class CampaignRefused(Exception):
    """A call that ends with an error body."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(status))
        self.status, self.body = status, body

    def answer(self) -> Response:
        """The response to send."""
        return as_json(self.body, self.status)


def as_json(body: dict[str, Any], status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json.dumps(body), status, content_type="application/json; charset=utf-8")


def forbidden() -> CampaignRefused:
    """The token is missing or unknown, or its user may not do this: one status for all three."""
    message = "You do not have permission to access this resource or the access token is not valid"
    return CampaignRefused(403, {"message": message})


def not_found(kind: str, row_id: str) -> CampaignRefused:
    """No such record; contacts go by their older name."""
    return CampaignRefused(404, {"message": f"No Result found for {kind} with id {row_id}"})


def unprocessable(title: str, code: str, member: str) -> CampaignRefused:
    """A value that is missing, wrong or taken."""
    error = {"title": title, "detail": "", "code": code, "source": {"pointer": f"/data/attributes/{member}"}}
    return CampaignRefused(422, {"errors": [error]})


def no_envelope(name: str) -> CampaignRefused:
    """The body has not the one member that holds the record."""
    error = {
        "title": f"The {name} attribute was not provided",
        "detail": "",
        "code": "field_missing",
        "status": 422,
        "source": {"pointer": f"/data/attributes/{name}"},
    }
    return CampaignRefused(422, {"errors": [error]})


def bad_request() -> CampaignRefused:
    """A 400 says nothing."""
    return CampaignRefused(400, {})


def too_many(seconds: int) -> Response:
    """429 with the seconds to wait."""
    response = as_json({"message": "Too many requests"}, 429)
    response.headers["Retry-After"] = str(seconds)
    return response
