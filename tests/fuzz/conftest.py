"""The console's desk: two clinics and their people over a sandbox."""

from tests.pages.console.conftest import desk, furnished, sandbox, shared_desk  # noqa: F401 - fixtures of this package too
