"""The pages over fakes, served over real HTTP for a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class QuietHandler(WSGIRequestHandler):
    """Says nothing for each request."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing is written."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application at the yielded address until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
