"""nginx with the configuration that ships: only ports, certificate paths and the upstream are other ones.

Beside it stand two servers that belong to the test alone: the simulated vendors behind TLS, and the clinic's website.
Visitors name the address they come from in `X-Test-Address`, which only a server on this machine is believed.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.production.certificate import Certificate

SHIPPED = ROOT / "deploy" / "nginx.conf.example"
BOOKING_HOST = "book.example.com"
SITE_HOST = "www.harbourstreet.example.com"
VENDORS_HOST = "localhost"
ADDRESS_HEADER = "X-Test-Address"


def program() -> str:
    """nginx, wherever the system keeps it."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")
    if found is None:
        pytest.fail("nginx is needed for this test: install the package nginx-light (scripts/system.sh does).")
    return found


def shipped(*, tls_port: int, plain_port: int, web_port: int, certificate: Certificate) -> str:
    """The example, its ports and paths replaced; fails where one of them is no longer in it."""
    text = SHIPPED.read_text()
    for written, ours in (
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{web_port};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{tls_port} ssl;"),
        ("listen 80;", f"listen 127.0.0.1:{plain_port};"),
        ("/etc/letsencrypt/live/book.example.com/fullchain.pem", str(certificate.file)),
        ("/etc/letsencrypt/live/book.example.com/privkey.pem", str(certificate.key)),
    ):
        assert text.count(written) == 1, f"{SHIPPED.name} says {written!r} not once"
        text = text.replace(written, ours)
    return text


def write_configuration(
    folder: Path, example: str, *, tls_port: int, vendors_port: int, certificate: Certificate
) -> Path:
    """Everything nginx reads, in `folder`; gives the main file."""
    (folder / "booking.conf").write_text(example)
    (folder / "test.conf").write_text(
        TEST_SERVERS.format(
            tls=tls_port, vendors=vendors_port, certificate=certificate, header=ADDRESS_HEADER, site=SITE_HOST,
            vendors_host=VENDORS_HOST,
        )
    )  # fmt: skip
    main = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    main.write_text(MAIN.format(folder=folder, user=user))
    return main


def start_proxy(main: Path) -> "subprocess.Popen[bytes]":
    """nginx in the foreground, to be stopped by whoever started it."""
    command = [program(), "-p", str(main.parent), "-c", str(main), "-e", str(main.parent / "nginx-error.log")]
    with (main.parent / "nginx.log").open("wb") as log:
        return subprocess.Popen(
            [*command, "-g", "daemon off;"], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )


MAIN = """{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    access_log off;
    include {folder}/test.conf;
    include {folder}/booking.conf;
}}
"""

TEST_SERVERS = """set_real_ip_from 127.0.0.1;
real_ip_header {header};

server {{
    listen 127.0.0.1:{tls} ssl;
    server_name {vendors_host};
    ssl_certificate {certificate.file};
    ssl_certificate_key {certificate.key};
    client_max_body_size 20m;
    location / {{
        proxy_pass http://127.0.0.1:{vendors};
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Proto $scheme;
    }}
}}

server {{
    listen 127.0.0.1:{tls} ssl;
    server_name {site};
    ssl_certificate {certificate.file};
    ssl_certificate_key {certificate.key};
    location /site/ {{
        proxy_pass http://127.0.0.1:{vendors};
    }}
}}
"""
