"""The only place that chooses an implementation."""

from booking_app.wiring.fronts import build_front
from booking_app.wiring.parts import Parts, build, build_from_environment

__all__ = ["Parts", "build", "build_from_environment", "build_front"]
