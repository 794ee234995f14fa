"""Keeps addresses out of the logs of the HTTP library.

httpx logs the full address of every request at INFO, and an address holds the e-mail or name that a patient is looked
up by. Its records are dropped while a call of ours is under way in the same thread; other users of httpx keep theirs.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar

_is_calling: ContextVar[bool] = ContextVar("cliniko_is_calling", default=False)
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy")


def _is_elsewhere(_record: logging.LogRecord) -> bool:
    return not _is_calling.get()


@contextlib.contextmanager
def without_address_logs() -> Iterator[None]:
    """Drop what the HTTP library logs in this block."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_elsewhere)  # adding the same filter again changes nothing
    token = _is_calling.set(True)
    try:
        yield
    finally:
        _is_calling.reset(token)
