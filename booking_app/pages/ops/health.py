"""`/healthz` says that the process answers, `/readyz` that it can work: database, schema, keys."""

from flask import Blueprint, Response, jsonify

from booking_app.pages.shared import use_cases

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz", endpoint="alive")
def alive() -> Response:
    return jsonify(status="ok")


@blueprint.get("/readyz", endpoint="ready")
def ready() -> tuple[Response, int]:
    """200 when every part can be used, else 503 naming the parts that cannot."""
    states = use_cases().readiness.states()
    is_ready = all(states.values())
    said = {name: "ok" if state else "failing" for name, state in states.items()}
    return jsonify(status="ok" if is_ready else "failing", **said), 200 if is_ready else 503
