"""How many requests a second a server answers: a small client of its own process, so that it needs no other tool.

`python -m bench.pressure ADDRESS --seconds 2 --connections 16` prints one line of JSON.
"""

import argparse
import json
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

MOST_RECEIVED = 1 << 16


@dataclass
class Connection:
    """One kept-open connection with one request under way."""

    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)

    def is_answered(self) -> bool:
        """Read what has come; whether a whole answer is there. Raises ConnectionError for one that is no success."""
        data = self.socket.recv(MOST_RECEIVED)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.received += data
        head, found, _ = self.received.partition(b"\r\n\r\n")
        if not found:
            return False
        if bytes(head[9:10]) not in (b"2", b"3"):
            raise ConnectionError(f"the server answered {bytes(head[9:12]).decode(errors='replace')}")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if len(self.received) < len(head) + 4 + int(length or 0):
            return False
        self.received.clear()
        return True


def requests_a_second(address: str, *, seconds: float = 2.0, connections: int = 16, header: str = "") -> float:
    """The answers of a second to this GET, counted in a process of its own."""
    command = [sys.executable, "-m", "bench.pressure", address, "--seconds", str(seconds)]
    command += ["--connections", str(connections), "--header", header]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(json.loads(result.stdout)["requests_a_second"])


def press(address: str, *, seconds: float, connections: int, header: str) -> dict[str, Any]:
    """Ask as often as answers come, on so many connections at once."""
    parts = urlsplit(address)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    extra = f"{header}\r\n" if header else ""
    request = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: text/html\r\n{extra}\r\n".encode()
    with selectors.DefaultSelector() as waiting:
        for _ in range(connections):
            opened = Connection(socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30))
            opened.socket.sendall(request)
            waiting.register(opened.socket, selectors.EVENT_READ, opened)
        began, answered = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            for key, _ in waiting.select(timeout=1):
                if key.data.is_answered():
                    answered += 1
                    key.data.socket.sendall(request)
        took = time.perf_counter() - began
        for key in list(waiting.get_map().values()):
            key.data.socket.close()
    return {"address": address, "answered": answered, "requests_a_second": answered / took}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("address")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--header", default="")
    given = parser.parse_args()
    sys.stdout.write(
        json.dumps(press(given.address, seconds=given.seconds, connections=given.connections, header=given.header))
        + "\n"
    )


if __name__ == "__main__":
    main()
