"""`/metrics` in the format of Prometheus, for those who hold the token."""

import hmac

from flask import Blueprint, Response, current_app, request

from booking_app.pages.shared import use_cases

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics", endpoint="metrics")
def metrics() -> Response:
    """The numbers of all processes together; 404 unless a token is set, 401 without it.

    The token is taken from the header alone: addresses end up in logs.
    """
    token = use_cases().settings.metrics_token
    if token is None:
        return Response("Not found.\n", 404, mimetype="text/plain")
    if not _holds(token):
        return Response("The token is missing or wrong.\n", 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
    # Most processes are never asked.
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import choose_encoder

    from booking_app.pages.ops.collector import Collector

    kept = current_app.extensions
    if "collector" not in kept:
        kept["collector"] = Collector(use_cases().database, use_cases().clock)
    registry = CollectorRegistry()
    registry.register(kept["collector"])
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry), content_type=content_type)


def _holds(token: str) -> bool:
    shown = request.authorization
    if shown is None or shown.type != "bearer" or shown.token is None:
        return False
    return hmac.compare_digest(shown.token.encode(), token.encode())
