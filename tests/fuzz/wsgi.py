"""One request straight into the application, with bytes that no client library would let through."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request, by the bytes of its path and query."""

    method: str
    path: bytes
    query: bytes = b""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    rule: str = ""

    def __str__(self) -> str:
        """Short enough for a report."""
        return (
            f"{self.method} {self.path[:200]!r} ?{self.query[:200]!r} {dict(self.headers)!r:.400} {self.body[:300]!r}"
        )


@dataclass(frozen=True)
class Answered:
    """What came back; a status of 0 means that an exception came instead, named in `reason`."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    reason: str = ""

    def header(self, name: str) -> str:
        return next((value for given, value in self.headers if given.lower() == name.lower()), "")


def ask(app: Any, asked: Asked, cookie: str = "") -> Answered:
    """Call the application as a server would."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        started.append((status, headers))

    try:
        chunks = app(_environ(asked, cookie), start_response)
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
        return Answered(0, [], b"", f"{type(error).__name__}: {str(error)[:120]} at {where}")
    status, headers = started[-1]
    return Answered(int(status.split()[0]), headers, body)


def _environ(asked: Asked, cookie: str) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": asked.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": asked.path.decode("latin-1"),
        "QUERY_STRING": asked.query.decode("latin-1"),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost:8000",
        "CONTENT_LENGTH": str(len(asked.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(asked.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if cookie:
        environ["HTTP_COOKIE"] = cookie
    for name, value in asked.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ
