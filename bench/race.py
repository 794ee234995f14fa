"""Fifty patients confirm the same time at the same moment, while the front desk books it in Cliniko: who wins?

    python -m bench.race --rounds 3
    python -m bench.race --rounds 3 --database postgresql

Each patient fills in everything; the hold is taken away from each in turn, as if it had run out, so that nothing but
the confirmation itself is left to decide. Two web servers take the presses.
"""

import argparse
import random
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text

from bench.browser import Page
from bench.crowd import CATEGORY, SERVICE, SteadyBrowser, Visit
from bench.estate import build_estate
from bench.fleet import Fleet
from bench.postgres import running_postgres
from bench.verdict import is_live, rows
from bench.walk import SPOKEN_TIME, WayLost, _kept, _press
from booking_app.core.db import Database

SLUG = "clinic1"
SETTLED_SECONDS = 90.0


@dataclass
class Round:
    """One race: how it ended for the patients, and who has the time in Cliniko."""

    headings: dict[str, int]
    winners: int
    front_desk: int
    told_confirmed: int

    @property
    def is_fair(self) -> bool:
        """One of ours at most and none beside the front desk; nobody is told what is not true."""
        return self.winners <= (0 if self.front_desk else 1) and self.told_confirmed == self.winners


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--patients", type=int, default=50)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
        url = f"sqlite:///{folder / 'data' / 'booking.sqlite3'}"
        if options.database == "postgresql":
            url = stack.enter_context(running_postgres()).url
        results = race(folder, url, options.rounds, options.patients)
    for result in results:
        sys.stdout.write(f"{result}\n")
    sys.exit(0 if all(result.is_fair for result in results) else 1)


def race(folder: Path, url: str, rounds: int, patients: int) -> list[Round]:
    """Run the rounds one after another; every second one has the front desk in it, beginning with the first."""
    (folder / "data").mkdir()
    fleet, database = Fleet(folder, build_estate(folder, 1), url), Database(url)
    try:
        fleet.open()
        fleet.switch("/control/knobs", {"rate_limit_per_minute": 5000}, "PATCH")
        return [_round(fleet, database, number, patients, has_desk=number % 2 == 0) for number in range(rounds)]
    finally:
        database.dispose()
        fleet.close()


def _round(fleet: Fleet, database: Database, number: int, patients: int, *, has_desk: bool) -> Round:
    visits = [Visit(number * patients + each + 1, SLUG) for each in range(patients)]
    slot = ""
    ready: list[tuple[SteadyBrowser, Page]] = []
    for visit in visits:
        browser = SteadyBrowser(fleet.ports, random.Random(visit.number))
        page, slot = _to_the_button(browser, fleet, visit, slot, number)
        ready.append((browser, page))
        _let_go(database)
    began = datetime.now(UTC)
    pages = _press_together(fleet, ready, _desk(fleet, slot) if has_desk else None)
    return _result(fleet, database, slot, pages, began)


def _to_the_button(browser: SteadyBrowser, fleet: Fleet, visit: Visit, slot: str, number: int) -> tuple[Page, str]:
    page = browser.get(f"http://127.0.0.1:{fleet.ports[0]}/b/{visit.clinic}")
    page = browser.follow(browser.follow(page, CATEGORY), SERVICE)
    for _ in range(2 + number):
        page = browser.follow(page, "Later dates")
    found = [
        (form, control)
        for form in page.parts.forms
        for control in form.controls
        if control.kind == "radio" and SPOKEN_TIME.search(control.label) and slot in ("", control.value)
    ]
    if not found:
        raise WayLost(f"the time is not offered: {page.status} {page.parts.heading}")
    form, control = found[0]
    page = browser.submit(page, form, [*_kept(form), (control.name, control.value)])
    return _press(browser, page, "Continue", visit.said()), control.value


def _let_go(database: Database) -> None:
    """Everybody's hold is over."""
    with database.begin() as session:
        session.execute(text("delete from hold_cell"))
        session.execute(text("delete from hold"))


def _desk(fleet: Fleet, slot: str) -> dict[str, Any]:
    """What the front desk books: the slot's value says when and with whom."""
    instant, practitioner = slot.split("-")[:2]
    starts_at = datetime.fromtimestamp(int(instant), UTC)
    return {"account": SLUG, "practitioner_id": practitioner, "starts_at": starts_at.isoformat(), "minutes": 30}


def _press_together(fleet: Fleet, ready: list[tuple[SteadyBrowser, Page]], desk: dict[str, Any] | None) -> list[Page]:
    gate, pages = threading.Barrier(len(ready) + (desk is not None)), []

    def press(browser: SteadyBrowser, page: Page) -> None:
        gate.wait()
        page, ends = _press(browser, page, "Confirm booking", {}), time.monotonic() + SETTLED_SECONDS
        while page.parts.heading == "We are confirming your booking" and time.monotonic() < ends:
            time.sleep(0.5)
            page = browser.get(page.address)
        pages.append(page)

    def book_at_the_desk(body: dict[str, Any]) -> None:
        gate.wait()
        time.sleep(0.5)
        fleet.switch("/control/receptionist-books", body)

    threads = [threading.Thread(target=press, args=each) for each in ready]
    if desk is not None:
        threads.append(threading.Thread(target=book_at_the_desk, args=(desk,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return pages


def _result(fleet: Fleet, database: Database, slot: str, pages: list[Page], began: datetime) -> Round:
    instant, practitioner = slot.split("-")[:2]
    starts_at = datetime.fromtimestamp(int(instant), UTC)
    every = fleet.switch(f"/control/records/individual_appointments?account={SLUG}")["records"]
    at_the_time = [
        row
        for row in every
        if is_live(row)
        and row["practitioner_id"] == practitioner
        and datetime.fromisoformat(row["starts_at"]) == starts_at
    ]
    confirmed = {
        row["a"] for row in rows(database, "select cliniko_appointment_id as a from booking where state = 'confirmed'")
    }
    headings = [page.parts.heading for page in pages]
    return Round(
        headings={heading: headings.count(heading) for heading in sorted(set(headings))},
        winners=sum(row["id"] in confirmed for row in at_the_time),
        front_desk=sum(row["id"] not in confirmed for row in at_the_time),
        told_confirmed=headings.count("Booking confirmed"),
    )


if __name__ == "__main__":
    main()
