"""Keeps addresses out of the HTTP library's own log.

httpx writes the full URL of every request at INFO, and an upsert by e-mail has a person's address in it. Only calls of
this package are silenced, in their own thread.
"""

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar

_is_inside: ContextVar[bool] = ContextVar("vendor_call", default=False)
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy")


def _is_not_ours(_record: logging.LogRecord) -> bool:
    return not _is_inside.get()


@contextlib.contextmanager
def unlogged_addresses() -> Iterator[None]:
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_not_ours)  # the same filter is kept once
    token = _is_inside.set(True)
    try:
        yield
    finally:
        _is_inside.reset(token)
