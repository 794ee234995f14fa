"""The worker process: the threads of every lane, the sweep, and the rounds that keep everything fresh."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from booking_app.cli.wiring import Services, build
from booking_app.core.settings import Settings
from booking_app.tasks.workers import Workers

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 2.0
REFRESH_SECONDS = 60.0
HELD_REQUESTS_SECONDS = 20.0
PURGE_SECONDS = 600.0
WATCH_SECONDS = 30.0
RECONCILE_SECONDS = 15.0
FRONT_DESK_SECONDS = 30.0
BACKFILL_SECONDS = 5.0
ACCOUNTING_SECONDS = 20.0
BOOKS_SECONDS = 600.0


@dataclass(frozen=True)
class Round:
    """Something done again and again by every worker; it must not mind being done twice at once."""

    name: str
    every: float
    run: Callable[[], object]


def run_worker(settings: Settings, stopped: threading.Event, *, threads: int) -> None:
    """Work until `stopped` is set; what runs is finished first. Main thread only."""
    services = build(settings)
    rounds = (
        Round("sweep", SWEEP_SECONDS, services.task_runner.sweep),
        Round("refresh_catalogues", REFRESH_SECONDS, services.catalogue_refresh.run),
        Round("held_requests", HELD_REQUESTS_SECONDS, services.held_requests.run),
        Round("watch", WATCH_SECONDS, services.watching.run),
        Round("purge", PURGE_SECONDS, services.purging.run),
        Round("backfill", BACKFILL_SECONDS, services.backfill.run),
        Round("front_desk", FRONT_DESK_SECONDS, services.front_desk.run),
        Round("forget_write_log", PURGE_SECONDS, services.write_log.forget),
        Round("forget_codes", PURGE_SECONDS, services.codes.forget),
        Round("forget_rate_counts", PURGE_SECONDS, services.rate_limits.forget),
        Round("forget_payers", PURGE_SECONDS, services.deposit_data.forget),
        Round("read_invoices", ACCOUNTING_SECONDS, services.accounting.reading.run),
        Round("post_invoices", ACCOUNTING_SECONDS, services.accounting.posting.run),
        Round("compare_books", BOOKS_SECONDS, services.accounting.reconciliation.run),
        Round("look_at_books", BOOKS_SECONDS, services.accounting.connecting.refresh_companies),
        Round("keep_tokens", BOOKS_SECONDS, services.accounting.opener.tokens.refresh_idle),
        Round("reconcile", RECONCILE_SECONDS, services.reconciliation.run),
    )
    walkers = [threading.Thread(target=_walk, args=(each, stopped), daemon=True) for each in rounds]
    for walker in walkers:
        walker.start()
    stopping = threading.Thread(target=_stop_tasks, args=(services, stopped), daemon=True)
    stopping.start()
    log.info("worker_started", threads=threads)
    runner = services.task_runner
    Workers(services.queue, work_on=runner.work_on, connection_of=runner.connection_of, threads=threads).run(stopped)
    log.info("worker_stopped")


def _stop_tasks(services: Services, stopped: threading.Event) -> None:
    stopped.wait()
    services.task_runner.stop()


def _walk(each: Round, stopped: threading.Event) -> None:
    """Do the round now and then on; a failed one is logged and tried again next time."""
    while True:
        try:
            each.run()
        except Exception as error:  # noqa: BLE001 - a round that fails must not end the worker
            log.error("round_failed", round=each.name, error=type(error).__name__)
        if stopped.wait(each.every):
            return
