"""Debian's Firefox, driven by its own remote protocol (Marionette: JSON over a socket), which needs no other program.

Only what a patient does: go to a page, into a frame, find, click, type. Third-party cookies and storage are refused.
"""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.journey.product import free_ports, stop

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
START_SECONDS = 120.0
WAIT_SECONDS = 60.0
PAUSE = 0.2
PREFERENCES = {
    "marionette.port": 0,
    "network.cookie.cookieBehavior": 1,  # nothing is kept for a frame of another site, cookies or anything else
    "network.proxy.type": 0,
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.aboutwelcome.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://127.0.0.1:9/",
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "extensions.getAddons.cache.enabled": False,
}


def firefox_path() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


class RefusedError(Exception):
    """What Firefox answered in place of a result."""


class Firefox:
    """One session. Everything that looks for something waits until it is there."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._stream = connection.makefile("rb")
        self._last = 0
        self._receive()  # it greets
        self._call("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {}}})
        self._call("WebDriver:SetTimeouts", {"pageLoad": int(WAIT_SECONDS * 1000), "script": 30_000, "implicit": 0})

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def goes_to(self, address: str) -> None:
        self._call("WebDriver:Navigate", {"url": address})

    def enters_frame(self) -> None:
        """Into the first frame that shows."""
        self._call("WebDriver:SwitchToFrame", {"element": {ELEMENT: self.finds("//iframe")}})

    def leaves_frame(self) -> None:
        self._call("WebDriver:SwitchToFrame", {"id": None})

    def finds(self, xpath: str) -> str:
        """The first element that shows. Raises AssertionError when there is none in time."""
        ends = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < ends:
            for element in self._found(xpath):
                try:
                    if self._call("WebDriver:IsElementDisplayed", {"id": element})["value"]:
                        return element
                except RefusedError:
                    continue  # the page changed under our eyes
            time.sleep(PAUSE)
        raise AssertionError(f"nothing shows at {xpath}; the page says:\n{self.runs('return document.body.innerText')}")

    def clicks(self, xpath: str) -> None:
        """As soon as nothing lies over it."""
        self._act("WebDriver:ElementClick", xpath)

    def types(self, xpath: str, text: str) -> None:
        self._act("WebDriver:ElementSendKeys", xpath, text=text)

    def runs(self, script: str, *arguments: Any) -> Any:
        """The answer of a script in the present page."""
        return self._call("WebDriver:ExecuteScript", {"script": script, "args": list(arguments)})["value"]

    def count(self, xpath: str) -> int:
        return len(self._found(xpath))

    def _found(self, xpath: str) -> list[str]:
        answer = self._call("WebDriver:FindElements", {"using": "xpath", "value": xpath})
        return [found[ELEMENT] for found in answer]

    def _act(self, command: str, xpath: str, **more: Any) -> None:
        ends = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                self._call(command, {"id": self.finds(xpath), **more})
                return
            except RefusedError:
                if time.monotonic() > ends:
                    raise
                time.sleep(PAUSE)

    def _call(self, command: str, parameters: dict[str, Any]) -> Any:
        self._last += 1
        message = json.dumps([0, self._last, command, parameters]).encode()
        self._socket.sendall(str(len(message)).encode() + b":" + message)
        _, number, error, result = self._receive()
        assert number == self._last
        if error:
            raise RefusedError(f"{command}: {error['error']}: {error['message']}")
        return result

    def _receive(self) -> Any:
        """One message: its length, a colon, its JSON."""
        length = b""
        while not length.endswith(b":"):
            byte = self._stream.read(1)
            if not byte:
                raise RefusedError("Firefox has gone")
            length += byte
        return json.loads(self._stream.read(int(length[:-1])))


@contextmanager
def running_firefox(folder: Path) -> Iterator[Firefox]:
    """A fresh profile in `folder`, without a window."""
    (port,) = free_ports(1)
    profile = folder / "profile"
    profile.mkdir()
    settings = PREFERENCES | {"marionette.port": port}
    (profile / "user.js").write_text(
        "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items())
    )
    path = firefox_path()
    assert path is not None
    with (folder / "firefox.log").open("wb") as log:
        process = subprocess.Popen(
            [path, "--headless", "--marionette", "--no-remote", "--profile", str(profile)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            firefox = Firefox(_connected(port, process))
            yield firefox
            firefox.close()
        finally:
            stop(process)


def _connected(port: int, process: "subprocess.Popen[bytes]") -> socket.socket:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
        except OSError:
            time.sleep(PAUSE)
        else:
            connection.settimeout(WAIT_SECONDS * 2)
            return connection
    raise AssertionError("Firefox did not come up")
