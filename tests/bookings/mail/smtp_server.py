"""A mail server on loopback that says what a test wrote down for it, and can hang up anywhere."""

import socketserver
import ssl
import threading
from collections.abc import Mapping
from types import TracebackType

HANG_UP = "hang up"
USUAL = {
    "GREETING": "220 ready", "EHLO": "250-here\r\n250 8BITMIME", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go",
    "CONTENT": "250 queued", "QUIT": "221 bye", "AUTH": "235 welcome", "STARTTLS": "454 not now",
}  # fmt: skip


class _Session(socketserver.StreamRequestHandler):
    server: "_Listener"

    def handle(self) -> None:
        if not self._say("GREETING"):
            return
        while line := self.rfile.readline():
            verb = line.decode().split()[0].upper()
            self.server.commands.append(line.decode().strip())
            if not self._say(verb) or verb == "QUIT":
                return
            if verb == "DATA" and self.server.replies["DATA"].startswith("354") and not self._take_content():
                return

    def _take_content(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.server.contents.append(b"".join(lines))
        return self._say("CONTENT")

    def _say(self, what: str) -> bool:
        reply = self.server.replies.get(what, "502 what?")
        if reply == HANG_UP:
            return False
        self.wfile.write(f"{reply}\r\n".encode())
        return True


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, replies: Mapping[str, str], context: ssl.SSLContext | None) -> None:
        self.replies = {**USUAL, **replies}
        self.context = context
        self.commands: list[str] = []
        self.contents: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Session)

    def get_request(self):  # type: ignore[no-untyped-def]
        connection, address = super().get_request()
        return (self.context.wrap_socket(connection, server_side=True) if self.context else connection), address

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that went away is no event."""


class ScriptedServer:
    """Serves while the `with` lasts; `replies` replace the usual ones, by verb."""

    def __init__(self, context: ssl.SSLContext | None = None, **replies: str) -> None:
        self._listener = _Listener(replies, context)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True)
        self.port = int(self._listener.server_address[1])
        self.commands = self._listener.commands
        self.contents = self._listener.contents

    def __enter__(self) -> "ScriptedServer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join(2)
