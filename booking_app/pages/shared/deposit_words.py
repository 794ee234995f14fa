"""A booking's deposit in words, the same on every page of a patient."""

from booking_app.core.amounts import money
from booking_app.deposits.paying import PaidDeposit


def deposit_words(paid: PaidDeposit, *, is_cancelled: bool) -> tuple[str, ...]:
    """Sentences: what was paid, what was given back, and what would be if the patient cancels now."""
    said = [f"You have paid a deposit of {money(paid.amount, paid.currency)}."]
    if paid.is_test:
        said.append("This is a test: no real money was taken.")
    if paid.refunded:
        said.append(f"{money(paid.refunded, paid.currency)} of it was refunded to you.")
    elif not is_cancelled:
        said.append(_if_cancelled(paid))
    return tuple(said)


def _if_cancelled(paid: PaidDeposit) -> str:
    if paid.comes_back == paid.amount:
        return "If you cancel now, you get all of it back."
    if paid.comes_back > 0:
        return f"If you cancel now, you get {money(paid.comes_back, paid.currency)} of it back."
    return "If you cancel now, the clinic keeps it."
