"""The real product over the sandbox."""

from tests.faults.conftest import sandbox, shop  # noqa: F401 - fixtures of this package too
