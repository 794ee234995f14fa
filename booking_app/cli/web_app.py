"""The web application as a process serves it: built from the environment, or over services that are there already."""

from flask import Flask

from booking_app.cli.wiring import Services, build, build_use_cases
from booking_app.core.settings import load_settings, read_environment
from booking_app.pages.app import create_app


def make_web_app(services: Services | None = None) -> Flask:
    """The WSGI app over `services`, or over what the environment says."""
    return create_app(build_use_cases(services or build(load_settings(read_environment()))))
