"""A clinic's page and a booking page on two sites of their own, small enough to read, over real HTTP."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@contextmanager
def served(
    pages: Mapping[str, tuple[str, str | bytes]], headers: Mapping[str, Mapping[str, str]] | None = None
) -> Iterator[int]:
    """Serve `path -> (media type, body)` on a free loopback port until the block ends; gives the port.

    `headers` holds further headers by path. Both may be filled after the start.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            media_type, body = pages.get(urlsplit(self.path).path, ("text/plain", ""))
            content = body.encode() if isinstance(body, str) else body
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            for name, value in (headers or {}).get(urlsplit(self.path).path, {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# Plays the booking page: speaks the agreed messages, and keeps what it was told where a test can read it.
FRAME = """<!doctype html><title>frame</title><h1>Choose a category</h1><script>
const given = new URLSearchParams(window.name);
const page = given.get("o");
window.heard = [];
window.say = (type, more, id) =>
  parent.postMessage({ns: "booking", v: 1, id: id || given.get("bk"), type, ...more}, page);
addEventListener("message", (event) => heard.push({origin: event.origin, ...event.data}));
say("ready");
</script>"""

SILENT_FRAME = "<!doctype html><title>frame</title><p>nothing is said here</p>"


def host_page(home: str, *, slug: str = "demo", extra: str = "") -> str:
    """A clinic's page with the snippet in the middle of its text."""
    return f"""<!doctype html><title>Clinic</title><h1>Our clinic</h1>
<script>window.told = [];
for (const type of ["ready", "step", "booked", "close", "error"])
  addEventListener("booking:" + type, (event) => told.push([type, event.detail, event.target.tagName]));
</script>
<p><a href="{home}/b/{slug}?service=7" data-clinic="{slug}">Book an appointment</a></p>
<script async src="{home}/embed.js" data-clinic="{slug}"></script>
<p>Parking is behind the house.</p>{extra}"""
