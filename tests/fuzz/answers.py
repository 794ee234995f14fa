"""Lets the whole product work against mangled answers, and tells every end that is not one of its own sentences."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bench import walk
from booking_app.clinics.connections import resume
from booking_app.clinics.models import Connection
from booking_app.core.failures import RemoteFailure
from booking_app.tasks.models import Task
from tests.fuzz.mangling import Mangler
from tests.fuzz.run import Report, WsgiBrowser, faults_told, renew
from tests.fuzz.site_map import SiteMap
from tests.fuzz.wsgi import Answered, Asked, ask
from tests.pages.console.desk import Desk

SERVICES = ("1100001000087112800", "1100001000118790132", "1100001000174225463", "1100001000182144796")
SHARE = 0.35  # of the answers; fewer, and no booking is hurt; more, and none gets far enough to be hurt late
# Forms of the console that make Cliniko or a CRM answer while somebody waits.
LIVE = (
    "test",
    "read-again",
    "check",
    "dry-run",
    "fields",
    "make",
    "comparison",
    "retry-all",
    "zone",
    "templates",
    "found",
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def mangled_run(desk: Desk, *, seed: int, count: int) -> Report:
    """Until so many answers have been mangled: patients book, workers work, and people look at the console."""
    report, site, rng = Report(), SiteMap(desk.app), random.Random(seed)
    cookie = renew(desk, site)
    walk.CONFIRMED_SECONDS = 0.0  # the task runner is not at work meanwhile, so waiting helps nobody
    with mangled(desk, rng) as mangler, faults_told() as reasons:
        work = _Work(desk, site, cookie, report, reasons, rng)
        while mangler.count < count:
            work.resume()
            for step in (work.rounds, work.patient, work.console, work.booking, work.rounds, work.tasks):
                step()
            desk.shop.clock.ahead += timedelta(minutes=7)
            report.mangled = mangler.count
    return report


@contextmanager
def mangled(desk: Desk, rng: random.Random) -> Iterator[Mangler]:
    """The sandbox's answers pass through a mangler while the block runs."""
    listener = desk.sandbox._listener
    kept = listener.application
    listener.application = mangler = Mangler(kept, rng, SHARE)
    try:
        yield mangler
    finally:
        listener.application = kept


class _Work:
    def __init__(
        self, desk: Desk, site: SiteMap, cookie: str, report: Report, reasons: list[str], rng: random.Random
    ) -> None:
        self._desk, self._site, self._cookie, self._rng = desk, site, cookie, rng
        self._report, self._reasons = report, reasons
        self._browser = WsgiBrowser(desk.app)
        self._known: set[int] = set()

    def resume(self) -> None:
        """What a mangled refusal has paused goes on."""
        with self._desk.services.database.begin() as session:
            for connection in session.scalars(select(Connection)):
                resume(session, connection.id)

    def rounds(self) -> None:
        """What every worker does from time to time."""
        services = self._desk.services
        for name in ("catalogue_refresh", "held_requests", "front_desk", "backfill", "reconciliation", "watching"):
            self._try(name, getattr(services, name).run)
        self._try("sweep", services.task_runner.sweep)

    def patient(self) -> None:
        for service in SERVICES:
            self._ask("GET", f"/b/demo/times?service={service}")
        self._ask("GET", "/b/demo")
        for rule in ("/manage/<token>", "/manage/<token>/times"):
            for path in self._site.routes["GET", rule].paths:
                self._ask("GET", rule.replace("<token>", path["token"]))

    def booking(self) -> None:
        """One booking as far as it gets, and its tasks as far as they get."""
        email = f"pat{self._rng.randrange(10**9)}@example.com"
        try:
            walk.book(self._browser, "", category="Physiotherapy", service="Initial physiotherapy", email=email)
        except (walk.WayLost, StopIteration):
            pass
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            self._fault("booking", f"{type(error).__name__}: {error}")
        self._told("booking")

    def console(self) -> None:
        """Every form that calls somebody, and the pages that read live."""
        for (method, rule), offered in list(self._site.routes.items()):
            if method == "POST" and rule.startswith("/console") and rule.rsplit("/", 1)[-1] in LIVE and offered.forms:
                form = [(n, v) for n, v in offered.forms[-1] if n != "csrf_token"]
                path = rule
                for name, value in offered.paths[-1].items():
                    path = path.replace(f"<{name}>", value).replace(f"<int:{name}>", value)
                self._ask("POST", path, [*form, ("csrf_token", self._site.console_token)])
        for page in (
            "why?service=1100001000087112800&day=2026-12-08",
            "start/found",
            "day",
            "connections/cliniko",
            "services",
        ):
            self._ask("GET", f"/console/demo/{page}")

    def tasks(self) -> None:
        """A fault of ours in a task is written down with it."""
        with self._desk.services.database.reading() as session:
            for task in session.scalars(select(Task)):
                error = str(task.code or "")
                if error.startswith("internal:") and task.id not in self._known:
                    self._known.add(task.id)
                    self._fault(f"task {task.name}", error)

    def _ask(self, method: str, address: str, form: list[tuple[str, str]] | None = None) -> None:
        path, _, query = address.partition("?")
        body = "&".join(f"{_quoted(n)}={_quoted(v)}" for n, v in form or []).encode()
        asked = Asked(method, path.encode(), query.encode(), body, FORM if form is not None else {}, path)
        answer = ask(self._desk.app, asked, self._cookie)
        # A page may say on purpose, as a 502, that the other side has answered nonsense.
        said = Answered(200, [], b"") if answer.status in (502, 504) and not self._reasons else answer
        self._report.take(asked, said, list(self._reasons))
        self._reasons.clear()

    def _try(self, name: str, act: Callable[[], Any]) -> None:
        try:
            act()
        except RemoteFailure:
            pass
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            self._fault(name, _where(error))

    def _told(self, name: str) -> None:
        for reason in self._reasons:
            self._fault(name, reason)
        self._reasons.clear()

    def _fault(self, name: str, said: str) -> None:
        self._report.failures.append(f"{name}: {said} | ")


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def _where(error: BaseException) -> str:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return (
        f"{type(error).__name__}: {str(error)[:100]} at {place.tb_frame.f_code.co_filename}:{place.tb_lineno}"
        if place
        else ""
    )
