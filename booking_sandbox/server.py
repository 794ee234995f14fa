"""Starting the sandbox: in the foreground for a person, as a context manager for tests."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Request

from booking_sandbox import control_api
from booking_sandbox.application import Application
from booking_sandbox.control import SandboxControl
from booking_sandbox.listener import Listener
from booking_sandbox.mail import MailCatcher
from booking_sandbox.world import World

WIDGET_ORIGIN = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class _ControlApplication:
    """What stands on the control port: the switches and nothing else."""

    control: SandboxControl

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        response = control_api.answer(self.control, Request(environ))
        return response(environ, start_response)


class SandboxServer:
    """The sandbox in threads of this process: ``with SandboxServer() as sandbox: …``.

    Port 0 takes a free one. ``control_port`` None leaves the separate control port out (the switches are below
    ``/control/`` of the main port anyway); ``smtp_port`` None leaves the mail catcher out.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        control_port: int | None = None,
        smtp_port: int | None = 0,
        fixture: Path | None = None,
        widget_origin: str = WIDGET_ORIGIN,
    ) -> None:
        world = World(fixture=fixture)
        self.control = SandboxControl(world)
        # Addresses in its answers begin with https where a proxy that speaks TLS stands in front of it.
        behind_proxy = ProxyFix(Application(world, self.control, widget_origin), x_for=0, x_proto=1)
        self._listener = Listener(behind_proxy, port=port)
        self._control_listener = (
            None if control_port is None else Listener(_ControlApplication(self.control), port=control_port)
        )
        self._mail = None if smtp_port is None else MailCatcher(world.mailbox, port=smtp_port)

    def start(self) -> None:
        """Begin to answer."""
        for part in self._parts():
            part.start()

    def stop(self) -> None:
        """Stop answering and free the ports."""
        for part in self._parts():
            part.stop()

    def _parts(self) -> list[Listener | MailCatcher]:
        return [part for part in (self._listener, self._control_listener, self._mail) if part is not None]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT`` of the main port."""
        return f"http://127.0.0.1:{self._listener.port}"

    @property
    def cliniko_url(self) -> str:
        """The base URL for a Cliniko client."""
        return f"{self.url}/v1"

    @property
    def hubspot_url(self) -> str:
        """The base URL for a HubSpot client."""
        return f"{self.url}/hubspot"

    @property
    def gohighlevel_url(self) -> str:
        """The base URL for a GoHighLevel client."""
        return f"{self.url}/gohighlevel"

    @property
    def activecampaign_url(self) -> str:
        """The base URL for an ActiveCampaign client."""
        return f"{self.url}/activecampaign"

    @property
    def mailchimp_url(self) -> str:
        """The base URL for a Mailchimp client."""
        return f"{self.url}/mailchimp/3.0"

    @property
    def stripe_url(self) -> str:
        """The base URL for a Stripe client."""
        return f"{self.url}/stripe"

    @property
    def xero_url(self) -> str:
        """Where Xero's API and its identity service are."""
        return f"{self.url}/xero"

    def webhook_url(self, endpoint: str) -> str:
        """Where messages for an endpoint go."""
        return f"{self.url}/webhooks/{endpoint}"

    @property
    def control_url(self) -> str:
        """Where the switches are."""
        port = self._control_listener.port if self._control_listener else self._listener.port
        return f"http://127.0.0.1:{port}/control"

    @property
    def smtp_url(self) -> str:
        """Where to send mail. Raises RuntimeError when there is no mail catcher."""
        if self._mail is None:
            raise RuntimeError("This sandbox was started without a mail catcher.")
        return f"smtp://127.0.0.1:{self._mail.port}"

    def key(self, account: str) -> str:
        """An API key of an account of the fixture."""
        return self.control.key(account)

    def hubspot_token(self, portal: str) -> str:
        """The token of a HubSpot portal of the fixture."""
        return self.control.hubspot_token(portal)

    def mailchimp_key(self, account: str) -> str:
        """The key of a Mailchimp account. Raises KeyError."""
        return self.control.world.mailchimp[account].key


def run(
    *,
    port: int,
    control_port: int | None,
    smtp_port: int | None,
    fixture: Path | None,
    widget_origin: str = WIDGET_ORIGIN,
) -> None:
    """Serve until SIGINT or SIGTERM; prints one line. Raises FixtureInvalid, or OSError when a port is taken."""
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    server = SandboxServer(
        port=port, control_port=control_port, smtp_port=smtp_port, fixture=fixture, widget_origin=widget_origin
    )
    with server:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        print(f"Simulated Cliniko and HubSpot at {server.url}/ (nothing here is real)", flush=True)
        stopped.wait()
