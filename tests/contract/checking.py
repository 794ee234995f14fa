"""A transport that holds everything that passes through it against Cliniko's document."""

from __future__ import annotations

import httpx

from .document import Document


class CheckingTransport(httpx.BaseTransport):
    """Passes requests on and collects what in them or in their answers is not as documented."""

    def __init__(self, inner: httpx.BaseTransport, document: Document | None) -> None:
        self._inner = inner
        self._document = document
        self.disagreements: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        path = request.url.path
        if self._document is not None and path.startswith("/v1/"):
            response.read()
            found = self._document.disagreements(request, response, path=path.removeprefix("/v1"))
            self.disagreements += [one for one in found if one not in self.disagreements]
        return response

    def close(self) -> None:
        self._inner.close()
