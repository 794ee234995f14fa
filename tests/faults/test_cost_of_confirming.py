"""What pressing "Confirm booking" costs: statements, commits and requests to Cliniko, each with a most."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import event

from tests.faults.shop import Shop

MOST_STATEMENTS = 51
MOST_COMMITS = 6
MOST_CALLS_BEFORE = 6
MOST_CALLS = 11


@dataclass
class Cost:
    statements: list[str] = field(default_factory=list)
    commits: int = 0


@contextmanager
def counted(shop: Shop) -> Iterator[Cost]:
    """Count what the database does; a transaction that only read is no commit."""
    cost, engine, wrote = Cost(), shop.services.database.engine, set[int]()

    def statement(connection: object, _cursor: object, text: str, *_more: object) -> None:
        if text.startswith("BEGIN"):
            return
        cost.statements.append(text)
        if not text.lstrip().upper().startswith("SELECT"):
            wrote.add(id(connection))

    def commit(connection: object) -> None:
        cost.commits += id(connection) in wrote
        wrote.discard(id(connection))

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield cost
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


def called(shop: Shop) -> list[str]:
    return [f"{call.method} {call.route}" for call in shop.sandbox.control.calls() if call.service == "cliniko"]


def test_a_new_patient_is_confirmed_within_its_means(shop: Shop) -> None:
    page = shop.client.page(shop.fill(shop.choose()))
    browsed = len(called(shop))
    with counted(shop) as cost:
        shop.client.send(page.form_to("/confirm"), {"token": page.token()})
    assert shop.booking().state == "confirmed"
    before = called(shop)[browsed:]
    assert len(before) <= MOST_CALLS_BEFORE, before
    assert len(cost.statements) <= MOST_STATEMENTS, "\n".join(cost.statements)
    assert cost.commits <= MOST_COMMITS
    shop.sandbox.control.set_knob(attachment_lag_reads=0)  # by the first look Cliniko has long processed a file
    shop.work(rounds=20, seconds=8)
    shop.check_all_arrived_once()
    everything = called(shop)[browsed:]
    assert len(everything) <= MOST_CALLS, "\n".join(everything)


def test_a_patient_who_is_known_costs_a_request_less(shop: Shop) -> None:
    shop.book()
    shop.work()
    page = shop.client.page(shop.fill(shop.choose(1)))
    browsed = len(called(shop))
    shop.client.send(page.form_to("/confirm"), {"token": page.token()})
    assert shop.booking().state == "confirmed"
    before = called(shop)[browsed:]
    assert len(before) <= MOST_CALLS_BEFORE, before
    assert not [call for call in before if call == "POST /v1/patients"], before
