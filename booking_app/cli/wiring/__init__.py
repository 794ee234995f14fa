"""The only place that chooses an implementation."""

from booking_app.cli.wiring.services import Parts, build, build_from_environment
from booking_app.cli.wiring.use_cases import build_front

__all__ = ["Parts", "build", "build_from_environment", "build_front"]
