"""What the product has to know about a CRM: one record a vendor, written in the vendor's own folder.

The console, the clinic's file, the commands, the alerts and the settings derive what they say and ask from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from booking_app.core.outbound_http.pace import RequestLimit
from booking_app.core.outbound_http.recording import Answers
from booking_app.core.outbound_http.transport import Transport
from booking_app.crm.vendors.config import CrmSyncConfig
from booking_app.crm.vendors.contract import Vendor
from booking_app.crm.vendors.records import Names

# Settings of a connection that only some vendors know, by their keys in [[crm]].
Option = Literal["subscription", "do_not_disturb_without_consent", "double_opt_in", "version"]


class OpenTransport(Protocol):
    """Makes the transport of a connection: counted, recorded, and within the vendor's limit."""

    def __call__(self, base_url: str, *, headers: Mapping[str, str]) -> Transport: ...


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A stored connection that is to be opened. `base_url` replaces the vendor's own host, for tests and proxies.

    `account` and `version` are as the clinic set them, "" for nothing.
    """

    token: str
    config: CrmSyncConfig
    transport: OpenTransport
    account: str = ""
    version: str = ""
    time_zone: str = "UTC"
    base_url: str | None = None


@dataclass(frozen=True)
class Asked:
    """A box of the console's form: its label, and where to find what goes there."""

    label: str
    hint: str


@dataclass(frozen=True)
class Needed:
    """What a vendor needs beside its token. `said` names it within a sentence about the clinic's file."""

    key: Literal["account", "url"]
    asked: Asked
    said: str


@dataclass(frozen=True)
class Rule:
    """What some of a vendor's codes mean: `shown` are the codes as the documents name them, `pattern` finds one.

    `sentence` says what happened and speaks of `{vendor}`, `fix` what to do about it.
    """

    shown: str
    pattern: str
    sentence: str
    fix: str


@dataclass(frozen=True, kw_only=True)
class VendorSpec:
    """One CRM. `names` are the vendor's fields for those of a contact before a clinic maps them otherwise.

    `newcomer` makes the vendor's answers about somebody it does not know, for dry runs. `open` makes the client and
    calls nobody; it raises CONFIG for what cannot be used. A webhook has none: it takes messages and keeps no contacts.
    `after_erasing`: what whoever erases a contact has to know besides.
    """

    name: str
    title: str
    token: Asked
    names: Names
    newcomer: Callable[[Names], Answers]
    open: Callable[[Opening], Vendor] | None
    called: str = ""  # within a sentence, where that is not the title
    needed: Needed | None = None
    list: Asked = Asked("List", "The id of the list that contacts are added to. Empty: none.")
    options: tuple[Option, ...] = ()
    limit: RequestLimit | None = None
    meanings: tuple[Rule, ...] = ()
    after_erasing: str = ""

    @property
    def keeps_contacts(self) -> bool:
        return self.open is not None

    @property
    def in_a_sentence(self) -> str:
        return self.called or self.title

    @property
    def at_a_beginning(self) -> str:
        return self.in_a_sentence[0].upper() + self.in_a_sentence[1:]
