"""One Mailchimp account: a key and its audiences."""

from __future__ import annotations

from typing import Any

from booking_sandbox.demo_keys import DEMO_MAILCHIMP_KEY
from booking_sandbox.mailchimp.audience import Audience

LIST_ID = "a1b2c3d4e5"


class MailchimpAccount:
    """The state behind one key: at first one empty audience. ``may_write`` False is a user who may only look."""

    def __init__(self, *, name: str, key: str, account_id: str, may_write: bool = True) -> None:
        self.name, self.key, self.account_id, self.may_write = name, key, account_id, may_write
        self.audiences = {LIST_ID: Audience(LIST_ID, "Clinic news")}

    @property
    def audience(self) -> Audience:
        """The audience it starts with."""
        return self.audiences[LIST_ID]

    def to_json(self) -> dict[str, Any]:
        """What arrived, for the control API."""
        return {"audiences": [audience.to_json() for audience in self.audiences.values()]}


def made() -> dict[str, MailchimpAccount]:
    """The accounts of the sandbox, by the names of the clinics."""
    accounts = (
        MailchimpAccount(name="demo", key=DEMO_MAILCHIMP_KEY, account_id="d3m0acc0unt"),
        MailchimpAccount(name="northside", key="9b1c0b0c7e1f4c2a9d3e6b8f70445566-us6", account_id="n0rths1de"),
        MailchimpAccount(
            name="narrow", key="0f1e0b0c7e1f4c2a9d3e6b8f70778899-us19", account_id="narr0w", may_write=False
        ),
    )
    return {account.name: account for account in accounts}
