"""Answers that are lost, limits, dead workers and refused tokens: nothing twice, nothing missing, one sentence."""

import threading
import time
from decimal import Decimal
from pathlib import Path

import pytest

from booking_app.accounting.models import AccountingToken, DocumentState
from booking_app.clinics.models import Connection
from booking_app.core.failures import Failure, RemoteFailure
from booking_sandbox.billing import Line
from tests.accounting.conftest import Office, open_office

API = "/xero/api.xro/2.0"


def totals(office: Office) -> list[Decimal]:
    return sorted(row["Total"] for row in office.organisation.invoices.values() if row["Status"] != "VOIDED")


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("drop_after", {}),
        ("drop_before", {}),
        ("status", {"status": 500, "after_commit": True}),
        ("status", {"status": 503}),
        ("status", {"status": 429}),
        ("rate_limit", {"seconds": 2}),
        ("malformed", {"body": "truncated"}),
        ("malformed", {"body": "html"}),
    ],
)
@pytest.mark.parametrize("path", ["/Contacts", "/Invoices"])
def test_a_fault_while_posting_makes_nothing_twice_and_loses_nothing(
    office: Office, path: str, kind: str, how: dict[str, object]
) -> None:
    for price in ("10.00", "20.00", "30.00"):
        office.issue(Line(price=price))
    office.connect()
    office.read()
    office.sandbox.control.fault(kind, method="PUT", path=f"{API}{path}", service="xero", **how)  # type: ignore[arg-type]
    office.accounting.connecting.start(office.author, office.clinic)
    office.work()
    assert totals(office) == [10, 20, 30]
    assert len(office.organisation.contacts) == 1
    assert {row.state for row in office.documents().values()} == {DocumentState.POSTED}


def test_a_late_commit_that_a_second_call_meets_is_adopted(office: Office) -> None:
    """Xero was slow: the look-up found nothing, the repeat is refused as a number that is taken."""
    office.issue(Line(price="10.00"))
    office.start()
    (row,) = office.documents().values()
    with office.database.begin() as session:
        document = session.merge(row)
        document.state, document.vendor_id, document.posted_fingerprint = DocumentState.SEEN, None, None
    office.work()
    assert len(office.organisation.invoices) == 1
    assert next(iter(office.documents().values())).state == DocumentState.POSTED


def test_somebody_elses_number_is_left_alone(office: Office) -> None:
    made = office.issue(Line(price="10.00"))
    office.start()
    (invoice,) = office.organisation.invoices.values()
    invoice["Reference"] = "Entered by hand"
    (row,) = office.documents().values()
    with office.database.begin() as session:
        document = session.merge(row)
        document.state, document.vendor_id, document.posted_fingerprint = DocumentState.SEEN, None, None
    office.work(rounds=4)
    found = {one.cliniko_id: one for one in office.documents().values()}[made]
    assert (found.state, found.reason) == (DocumentState.REFUSED, "number_taken")


def test_an_expired_token_is_renewed_once_and_the_new_pair_is_kept(office: Office) -> None:
    office.issue(Line(price="10.00"))
    office.start()
    identity = office.sandbox.control.world.xero
    before, old = identity.refreshes, office.parts.opener.tokens.refresh_token(office.connection_id)
    identity.moved += 1801
    office.issue(Line(price="20.00"))
    office.read()
    office.work()
    assert totals(office) == [10, 20]
    assert identity.refreshes == before + 1
    assert office.parts.opener.tokens.refresh_token(office.connection_id) not in ("", old)
    identity.moved = 0.0


def test_a_lost_answer_to_a_refresh_loses_no_authorisation(office: Office) -> None:
    office.connect()
    identity = office.sandbox.control.world.xero
    office.clock.advance(minutes=26)
    office.sandbox.control.fault("drop_after", path="/xero/connect/token", service="xero")
    with pytest.raises(RemoteFailure):
        office.parts.opener.tokens.access(office.connection_id)
    assert office.parts.opener.tokens.access(office.connection_id)
    assert identity.refreshes == 2


def test_of_many_that_want_a_fresh_token_one_asks_for_it(office: Office, tmp_path: Path) -> None:
    """Two processes with three threads each: the refresh token is used once."""
    office.connect()
    other = open_office(office.sandbox, office.database, tmp_path)
    for each in (office, other):
        each.clock.advance(minutes=26)
        each.parts.opener.tokens._pause = time.sleep  # who waits must not let the other's lease run out
    identity, given = office.sandbox.control.world.xero, list[str]()

    def ask(where: Office) -> None:
        given.append(where.parts.opener.tokens.access(office.connection_id))

    threads = [threading.Thread(target=ask, args=(where,)) for where in (office, other) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert len(given) == 6 and len(set(given)) == 1
    assert identity.refreshes == 1


def test_an_authorisation_that_ended_pauses_once_and_nothing_is_lost(office: Office) -> None:
    office.start()
    for grant in office.sandbox.control.world.xero.grants:
        grant.is_revoked = True
    office.clock.advance(minutes=26)
    office.issue(Line(price="10.00"))
    office.read()
    office.work(rounds=4)
    with office.database.reading() as session:
        connection = session.get_one(Connection, office.connection_id)
    assert (connection.state, connection.paused_code) == ("paused", "xero_invalid_grant")
    office.authorise()
    office.work()
    assert totals(office) == [10]


def test_an_organisation_that_disconnected_the_app_pauses_it(office: Office) -> None:
    office.start()
    office.organisation.is_disconnected = True
    office.issue()
    office.read()
    office.work(rounds=4)
    with office.database.reading() as session:
        connection = session.get_one(Connection, office.connection_id)
    assert connection.paused_code == "xero_403:disconnected"


def test_a_state_that_belongs_to_no_request_is_refused(office: Office) -> None:
    office.connect()
    with pytest.raises(RemoteFailure) as raised:
        office.accounting.connecting.finish(office.author, office.clinic, state="made-up", code="x")
    assert raised.value.failure is Failure.CONFIG


def test_tokens_and_secrets_are_sealed_and_gone_after_disconnecting(office: Office) -> None:
    office.issue()
    office.start()
    with office.database.reading() as session:
        (row,) = session.query(AccountingToken).all()
    token = office.parts.opener.tokens.refresh_token(office.connection_id)
    assert row.sealed_pair is not None and token.encode() not in row.sealed_pair
    assert office.accounting.connecting.disconnect(office.author, office.clinic)
    assert all(grant.is_revoked for grant in office.sandbox.control.world.xero.grants)
    with office.database.reading() as session:
        assert session.query(AccountingToken).all() == []
        assert [one.vendor for one in session.query(Connection)] == ["cliniko"]
    assert len(office.documents()) == 1  # what was posted is a tax record


def test_a_worker_that_dies_between_contacts_and_invoices_is_taken_over(office: Office) -> None:
    office.issue(Line(price="10.00"))
    office.connect()
    office.read()
    office.sandbox.control.fault("drop_before", method="PUT", path=f"{API}/Invoices", service="xero", times=3)
    office.accounting.connecting.start(office.author, office.clinic)
    office.work()
    assert totals(office) == [10] and len(office.organisation.contacts) == 1
