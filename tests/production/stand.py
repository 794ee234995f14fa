"""The product as its own documents say to run it: the shipped nginx configuration and environment, two web processes,
two workers, PostgreSQL, mail over TLS; Cliniko and the CRM answer over https."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from booking_sandbox.demo_keys import DEMO_CLINIKO_KEY, DEMO_HUBSPOT_TOKEN
from tests.conftest import ROOT
from tests.journey.product import EXAMPLE, WRITTEN_SITE, Product, answers, command, free_ports, stop, wait_until
from tests.production.certificate import Certificate, make_certificate
from tests.production.post_office import AS_WRITTEN, USER, PostOffice, open_post_office
from tests.production.proxy import BOOKING_HOST, SITE_HOST, VENDORS_HOST, shipped, start_proxy, write_configuration

BASE, SITE = f"https://{BOOKING_HOST}", f"https://{SITE_HOST}"


@dataclass(frozen=True)
class Ports:
    """Free ports of this machine."""

    tls: int
    plain: int
    web: int
    vendors: int
    control: int
    smtp: int


@dataclass(frozen=True)
class Stand:
    """The running product with what stands around it. Browsers find its names through `resolver_rules`."""

    product: Product
    ports: Ports
    post_office: PostOffice
    certificate: Certificate

    @property
    def resolver_rules(self) -> str:
        there = f"127.0.0.1:{self.ports.tls}"
        return f"MAP {BOOKING_HOST} {there}, MAP {SITE_HOST} {there}, MAP * ~NOTFOUND"


def written_environment() -> dict[str, str]:
    """`deploy/environment.example` as it ships."""
    lines = (ROOT / "deploy" / "environment.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def environment(folder: Path, ports: Ports, database_url: str, certificate: Certificate) -> dict[str, str]:
    """The example with this machine's addresses and fresh keys, made as docs/operations.md says."""
    vendors = f"https://{VENDORS_HOST}:{ports.tls}"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BOOKING_")}
    return {
        **inherited,
        **written_environment(),
        "BOOKING_DATA_DIR": str(folder / "data"),
        "BOOKING_DATABASE_URL": database_url,
        "BOOKING_SECRET_KEY": secrets.token_urlsafe(32),
        "BOOKING_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "BOOKING_SEAL_KEY": secrets.token_hex(32),
        "BOOKING_SMTP_URL": f"smtps://{USER}:{AS_WRITTEN}@localhost:{ports.smtp}",
        "BOOKING_CLINIKO_BASE_URL": f"{vendors}/v1",
        "BOOKING_HUBSPOT_BASE_URL": f"{vendors}/hubspot",
        "SSL_CERT_FILE": str(certificate.file),
        "DEMO_CLINIKO_KEY": DEMO_CLINIKO_KEY,
        "DEMO_HUBSPOT_TOKEN": DEMO_HUBSPOT_TOKEN,
    }


@contextmanager
def running_stand(folder: Path, database_url: str) -> Iterator[Stand]:
    """Start everything, import the example clinic, and stop it all by the processes' own numbers at the end."""
    ports = Ports(*free_ports(6))
    certificate = make_certificate(folder, BOOKING_HOST, SITE_HOST, VENDORS_HOST)
    given = environment(folder, ports, database_url, certificate)
    product = Product(
        base=BASE, site=SITE, sandbox=f"http://127.0.0.1:{ports.vendors}", control=f"http://127.0.0.1:{ports.control}",
        database_url=database_url, logs=folder, environment=given,
    )  # fmt: skip
    with ExitStack() as running:
        office = running.enter_context(open_post_office(ports.smtp, certificate))
        stand = Stand(product, ports, office, certificate)
        _start_surroundings(running, stand, folder)
        product.run("db", "upgrade")
        product.run("clinic", "import", str(_clinic_file(folder)))
        product.run("connections", "apply", "--clinic", "demo")
        for number in (1, 2):
            running.enter_context(process(stand, f"worker{number}", "worker", "--threads", "4"))
        words = ("serve", "--host", "127.0.0.1", "--port", str(ports.web), "--processes", "2", "--threads", "8")
        web = running.enter_context(process(stand, "serve", *words))
        wait_until(lambda: answers(ports.web, "/readyz"), web, product)
        yield stand


def _start_surroundings(running: ExitStack, stand: Stand, folder: Path) -> None:
    ports, certificate = stand.ports, stand.certificate
    words = ("--port", str(ports.vendors), "--control-port", str(ports.control), "--widget-origin", BASE)
    sandbox = running.enter_context(process(stand, "sandbox", "sandbox", *words))
    example = shipped(tls_port=ports.tls, plain_port=ports.plain, web_port=ports.web, certificate=certificate)
    main = write_configuration(folder, example, tls_port=ports.tls, vendors_port=ports.vendors, certificate=certificate)
    proxy = start_proxy(main)
    running.callback(stop, proxy)
    wait_until(lambda: answers(ports.vendors, "/"), sandbox, stand.product)
    wait_until(lambda: answers(ports.plain, "/"), proxy, stand.product)


@contextmanager
def process(stand: Stand, name: str, *words: str) -> "Iterator[subprocess.Popen[bytes]]":
    """A command of the product in the stand's environment; its words go to a log of that name."""
    with (stand.product.logs / f"{name}.log").open("wb") as log:
        started = subprocess.Popen(
            command(*words), cwd=ROOT, env=stand.product.environment, stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield started
    finally:
        stop(started)


def _clinic_file(folder: Path) -> Path:
    copy = folder / "clinic"
    shutil.copytree(EXAMPLE, copy)
    file = copy / "clinic.toml"
    assert WRITTEN_SITE in file.read_text()
    file.write_text(file.read_text().replace(WRITTEN_SITE, SITE))
    return file
