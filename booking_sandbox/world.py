"""Everything the sandbox knows, behind one lock."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime
from pathlib import Path

from booking_sandbox.account import Account
from booking_sandbox.activecampaign import account as campaign_accounts
from booking_sandbox.calls import CallLog, Window
from booking_sandbox.clock import SimulatedClock
from booking_sandbox.delays import Delays
from booking_sandbox.faults import FaultSwitch
from booking_sandbox.file_store import FileStore
from booking_sandbox.fixture import build
from booking_sandbox.gohighlevel import sub_account
from booking_sandbox.hubspot.portal import Portal
from booking_sandbox.knobs import Knobs
from booking_sandbox.mail import Mailbox
from booking_sandbox.mailchimp import account as mailchimp_accounts
from booking_sandbox.stripe import account as stripe_accounts
from booking_sandbox.webhooks import endpoint as webhook_endpoints
from booking_sandbox.xero import service as xero


class World:
    """The state of all imitated services. Handlers run under ``lock``; waiting happens outside it."""

    def __init__(self, *, fixture: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.clock = SimulatedClock()
        self.knobs = Knobs()
        self.faults = FaultSwitch()
        self.calls = CallLog()
        self.open_calls: Counter[tuple[str, str | None]] = Counter()
        self.rates = Window(60.0)
        self.hubspot_rates = Window(10.0)
        self.hubspot_searches = Window(1.0)
        self.gohighlevel_rates = Window(10.0)
        self.activecampaign_rates = Window(1.0)
        self.delays = Delays()
        self.files = FileStore()
        self.mailbox = Mailbox()
        self.accounts: dict[str, Account] = {}
        self.portals: dict[str, Portal] = {}
        self.gohighlevel = sub_account.made()
        self.activecampaign = campaign_accounts.made()
        self.mailchimp = mailchimp_accounts.made()
        self.webhooks = webhook_endpoints.made()
        self.stripe = stripe_accounts.made()
        self.xero = xero.made()
        self.xero_rates = Window(60.0)
        self.xero_days = Window(86_400.0)
        self.xero_replies: dict[str, tuple[float, str, str, int]] = {}
        self._fixture = build.read(fixture)
        self._built_for: datetime | None = None
        self._populate()

    def _populate(self) -> None:
        now = self.clock.now()
        self.accounts, self.portals = build.populate(self._fixture, now)
        self._built_for = now.replace(hour=0, minute=0, second=0, microsecond=0)

    def reset(self, *, now: datetime | None = None, frozen: bool = False) -> None:
        """Forget what arrived, every fault, knob and count. The clock goes to ``now``, or back to real time.

        The diary is laid out around the day of the reset; it is built anew only when that day is another one.
        """
        with self.lock:
            self.clock.reset()
            if now is not None:
                self.clock.set(now, frozen=frozen)
            self.knobs = Knobs()
            self.faults.clear()
            self.calls.clear()
            self._clear_rates()
            self.delays.clear()
            self.files.clear()
            self.mailbox.clear()
            self.gohighlevel = sub_account.made()
            self.activecampaign = campaign_accounts.made()
            self.mailchimp = mailchimp_accounts.made()
            self.webhooks = webhook_endpoints.made()
            self.stripe = stripe_accounts.made()
            self.xero = xero.made()
            self.xero_replies.clear()
            today = self.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
            if today != self._built_for:
                self._populate()
                return
            for account in self.accounts.values():
                account.reset()
            for portal in self.portals.values():
                portal.reset()

    def _clear_rates(self) -> None:
        for window in (
            self.rates,
            self.hubspot_rates,
            self.hubspot_searches,
            self.gohighlevel_rates,
            self.activecampaign_rates,
            self.xero_rates,
            self.xero_days,
        ):
            window.clear()

    def add_account(self, account: Account) -> None:
        """Let another clinic in; a reset keeps it."""
        with self.lock:
            account.seal()
            self.accounts[account.name] = account
