"""Everything of accounting that pages, commands and workers call."""

from dataclasses import dataclass

from booking_app.accounting.connecting import AccountingConnecting
from booking_app.accounting.decisions import AccountingDecisions
from booking_app.accounting.opening import Opener
from booking_app.accounting.overview import AccountingOverview
from booking_app.accounting.posting import Posting
from booking_app.accounting.reading import InvoiceReading
from booking_app.accounting.reconciliation import AccountingReconciliation


@dataclass(frozen=True)
class Accounting:
    """One per process; every part is safe to share between threads."""

    connecting: AccountingConnecting
    reading: InvoiceReading
    posting: Posting
    overview: AccountingOverview
    decisions: AccountingDecisions
    reconciliation: AccountingReconciliation
    opener: Opener

    def close(self) -> None:
        """Close the connections to vendors; nothing may be asked afterwards."""
        self.opener.close()
