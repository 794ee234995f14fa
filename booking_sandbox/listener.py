"""A threaded HTTP/1.1 server for a WSGI application that can also hang up.

Werkzeug's own development server closes every connection after one answer, and no WSGI server lets an application
close the socket under a request. This one is built on the standard library's request handler, which owns the
socket: it keeps connections alive, reads each body whole before the application runs, and closes the connection
without a byte of answer when the application raises ``HangUp``.
"""

from __future__ import annotations

import io
import logging
import socket
import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from urllib.parse import unquote

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_LOG = logging.getLogger(__name__)
LARGEST_BODY = 64 * 1024 * 1024


class HangUp(Exception):
    """Raised by the application to have the TCP connection closed unanswered."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: Listener

    def setup(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()
        self.server.opened(self.request)

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            pass  # The caller has gone; there is nobody left to flush to.
        finally:
            self.server.closed(self.request)

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def _answer(self) -> None:
        body = self._read_body()
        if body is None:
            self.close_connection = True
            return
        try:
            status, headers, payload = _run(self.server.application, self._environ(body))
        except HangUp:
            self._hang_up()
            return
        except Exception:  # noqa: BLE001 - it is logged whole, and answered
            # A mistake of the sandbox itself must not look like one of its faults.
            _LOG.exception("The sandbox failed at %s %s", self.command, self.path.partition("?")[0])
            status, headers, payload = "500 Sandbox failed", [("Content-Type", "text/plain")], b"The sandbox failed.\n"
        self._write(status, headers, payload)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer

    def _read_body(self) -> bytes | None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._read_chunks()
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            return None
        body = self.rfile.read(length)
        return body if len(body) == length else None

    def _read_chunks(self) -> bytes | None:
        body = bytearray()
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            body += self.rfile.read(size)
            self.rfile.readline()
            if len(body) > LARGEST_BODY:
                return None
        while self.rfile.readline().strip():
            pass
        return bytes(body)

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path, "latin-1"),
            "QUERY_STRING": query,
            "RAW_URI": self.path,
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": str(self.server.server_address[0]),
            "SERVER_PORT": str(self.server.server_address[1]),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if "Content-Type" in self.headers:
            environ["CONTENT_TYPE"] = self.headers["Content-Type"]
        for name, value in self.headers.items():
            key = "HTTP_" + name.upper().replace("-", "_")
            if key not in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"):
                environ[key] = f"{environ[key]},{value}" if key in environ else value
        return environ

    def _write(self, status: str, headers: list[tuple[str, str]], payload: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        if int(code) not in (204, 304):
            self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else payload)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the sandbox keeps its own log of calls."""


def _run(application: WsgiApplication, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], Any]:
        started.append((status, headers))
        return lambda data: None

    chunks = application(environ, start_response)
    try:
        payload = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()
    status, headers = started[-1]
    return status, headers, payload


class Listener(ThreadingMixIn, TCPServer):
    """Serves one application on 127.0.0.1; port 0 takes a free one."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, application: WsgiApplication, *, port: int) -> None:
        self.application = application
        self._sockets: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        super().__init__(("127.0.0.1", port), _Connection)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True, name="sandbox")
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and close what callers still hold open."""
        self.shutdown()
        with self._guard:
            for connection in self._sockets:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
        self.server_close()
        if self._thread:
            self._thread.join(timeout=2)

    def opened(self, connection: socket.socket) -> None:
        """Remember a connection, to close it at the end."""
        with self._guard:
            self._sockets.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._guard:
            self._sockets.discard(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no event."""
