"""What every accounting vendor can do, in our words. All of it raises RemoteFailure and nothing else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol, Self

from booking_app.accounting.vendors.records import (
    Chart,
    Company,
    NewContact,
    Outcome,
    RefusalCode,
    RemoteContact,
    RemoteSale,
    Sale,
)

MOST_AT_ONCE = 25  # documents in one call: a timeout leaves no more of them in doubt


class Books(Protocol):
    """One company's books. Reads may be repeated; a write is sent once, `key` makes a repeat within minutes safe."""

    def within(self, *, deadline: float | None, before_write: Callable[[], None] | None) -> Self:
        """The same with a deadline (monotonic seconds) and a check called right before bytes of a write leave."""
        ...

    def company(self) -> Company: ...
    def chart(self) -> Chart: ...

    def find_contacts(self, numbers: Sequence[str]) -> Mapping[str, RemoteContact]:
        """Those of our numbers (25 at most) that there are, archived ones too."""
        ...

    def create_contacts(self, contacts: Sequence[NewContact], *, key: str) -> Mapping[str, Outcome]:
        """Make new ones, never change one that is there; by our number, without those that got no answer."""
        ...

    def pseudonymise(self, contact_id: str, name: str) -> RefusalCode | None:
        """Give a contact another name and take its email address; None when it is done. Safe to repeat."""
        ...

    def find_sales(self, numbers: Sequence[str], *, is_credit: bool) -> Mapping[str, RemoteSale]:
        """Those of the numbers (25 at most) that there are, voided ones too."""
        ...

    def create_sales(self, sales: Sequence[Sale], *, key: str) -> Mapping[str, Outcome]:
        """Make new documents, all invoices or all credit notes; by number, without those that got no answer."""
        ...

    def void(self, sale: RemoteSale) -> RefusalCode | None:
        """Take a document back: a draft is deleted, an approved one voided. None when it is done or was before."""
        ...

    def approve(self, sale: RemoteSale) -> RefusalCode | None:
        """Make a draft final. None when it is done or was before."""
        ...

    def sales_between(self, first: date, last: date, *, prefix: str) -> Sequence[RemoteSale]:
        """Every document dated on these days whose number begins so, voided ones too."""
        ...
