"""Reading the body of an answer from outside: never more of it in memory than a maximum, compressed or not.

httpx decodes every piece that arrives in one go, so that 1 kB sent by a stranger becomes gigabytes before anybody can
count them. So the raw bytes are taken here and decoded a little at a time. Only what we ask for in `Accept-Encoding` is
decoded, and only one coding: a chain of them is how small answers grow without bounds.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import httpx

ACCEPT_ENCODING = "gzip, deflate"
STEP = 64 * 1024  # bytes that one step of decoding gives at most
GZIP, ZLIB, RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


class BodyTooLarge(httpx.DecodingError):
    """The body is larger than the caller's maximum, before or after decoding. Nothing of it is kept."""


def read_body(response: httpx.Response, *, most: int, check: Callable[[], None] = lambda: None) -> bytes:
    """The whole decoded body of a response that was sent with `stream=True`, `most` bytes of it at the most.

    `check` is called for each piece and may raise, for a deadline. Raises BodyTooLarge, httpx.DecodingError for a
    coding that was not asked for or cannot be read, and whatever the connection raises.
    """
    body = bytearray()
    for piece in _decoded(response, most=most):
        body += piece
        if len(body) > most:
            raise BodyTooLarge("the answer is too large", request=response.request)
        check()
    return bytes(body)


def _decoded(response: httpx.Response, *, most: int) -> Iterator[bytes]:
    if response.is_stream_consumed:  # a stand-in of a test that never was a stream
        yield response.content
        return
    decoder = _decoder_of(response)
    received = 0
    for raw in response.iter_raw():
        received += len(raw)
        if received > most:
            raise BodyTooLarge("the answer is too large", request=response.request)
        try:
            yield from decoder.steps(raw)
        except zlib.error:
            raise httpx.DecodingError("the answer cannot be decoded", request=response.request) from None


class _Decoder(Protocol):
    def steps(self, raw: bytes) -> Iterator[bytes]: ...


def _decoder_of(response: httpx.Response) -> _Decoder:
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity"):
        return _Identity()
    if coding in ("gzip", "x-gzip"):
        return _Inflating(GZIP)
    if coding == "deflate":
        return _Inflating(ZLIB)
    raise httpx.DecodingError("the answer is coded in a way nobody asked for", request=response.request)


class _Identity:
    def steps(self, raw: bytes) -> Iterator[bytes]:
        yield raw


class _Inflating:
    """gzip and deflate, in steps of a bounded size. Some servers call it deflate and leave the zlib header out."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._stream = zlib.decompressobj(window)
        self._is_begun = False

    def steps(self, raw: bytes) -> Iterator[bytes]:
        pending = raw
        while pending and not self._stream.eof:
            try:
                piece = self._stream.decompress(pending, STEP)
            except zlib.error:
                if self._is_begun or self._window != ZLIB:
                    raise
                self._stream = zlib.decompressobj(RAW)
                piece = self._stream.decompress(pending, STEP)
            self._is_begun = True
            pending = self._stream.unconsumed_tail
            yield piece
