"""The WSGI application: which service a call is for, which faults meet it, and its line in the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from booking_sandbox import control_api, pages, s3
from booking_sandbox.activecampaign import errors as activecampaign_errors
from booking_sandbox.activecampaign import service as activecampaign
from booking_sandbox.calls import LoggedCall, route_of, without_addresses
from booking_sandbox.cliniko import answers
from booking_sandbox.cliniko import service as cliniko
from booking_sandbox.clock import epoch
from booking_sandbox.control import SandboxControl
from booking_sandbox.faults import Fault
from booking_sandbox.gohighlevel import errors as gohighlevel_errors
from booking_sandbox.gohighlevel import service as gohighlevel
from booking_sandbox.hubspot import service as hubspot
from booking_sandbox.listener import HangUp
from booking_sandbox.mailchimp import errors as mailchimp_errors
from booking_sandbox.mailchimp import service as mailchimp
from booking_sandbox.stripe import errors as stripe_errors
from booking_sandbox.stripe import service as stripe
from booking_sandbox.webhooks import service as webhooks
from booking_sandbox.world import World
from booking_sandbox.xero import errors as xero_errors
from booking_sandbox.xero import service as xero

_ANSWERS = {
    "cliniko": cliniko.answer,
    "s3": s3.answer,
    "hubspot": hubspot.answer,
    "gohighlevel": gohighlevel.answer,
    "activecampaign": activecampaign.answer,
    "mailchimp": mailchimp.answer,
    "webhooks": webhooks.answer,
    "stripe": stripe.answer,
    "xero": xero.answer,
}

_SERVICES = {"v1": "cliniko", **{service: service for service in _ANSWERS if service != "cliniko"}}


@dataclass(frozen=True)
class Application:
    """Everything on the main port."""

    world: World
    control: SandboxControl
    widget_origin: str

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        first = request.path.split("/")[1]
        if first in _SERVICES:
            response = self._imitated(request, _SERVICES[first])
        elif first == "control":
            response = control_api.answer(self.control, request)
        else:
            response = pages.answer(self.control, request, widget_origin=self.widget_origin)
        return response(environ, start_response)

    def _imitated(self, request: Request, service: str) -> Response:
        began = time.monotonic()
        with self.world.lock:
            account = _account(self.world, request, service)
            faults = self.world.faults.struck(
                method=request.method, path=request.path, service=service, account=account
            )
            self.world.open_calls[service, account] += 1
        status: int | None = None
        try:
            response = self._with_faults(request, service, faults)
            status = response.status_code
            return response
        finally:
            with self.world.lock:
                self.world.open_calls[service, account] -= 1
            self.world.calls.add(
                LoggedCall(
                    at=epoch(),
                    method=request.method,
                    path=without_addresses(request.path),
                    route=route_of(request.path),
                    service=service,
                    account=account,
                    status=status,
                    milliseconds=round((time.monotonic() - began) * 1000, 1),
                    fault=", ".join(fault.kind for fault in faults) or None,
                )
            )

    def _with_faults(self, request: Request, service: str, faults: list[Fault]) -> Response:
        # Waiting happens outside the lock: a slow call must not slow the others.
        time.sleep(sum(fault.seconds for fault in faults if fault.kind == "delay"))
        fault = next((fault for fault in faults if fault.kind != "delay"), None)
        if fault is None:
            return self._process(request, service)
        if fault.kind == "drop_before":
            raise HangUp
        if fault.kind == "rate_limit":
            return _rate_limited(service, fault)
        if fault.kind == "status" and not fault.after_commit:
            return _failed(fault)
        response = self._process(request, service)
        if fault.kind == "drop_after":
            raise HangUp
        return _failed(fault) if fault.kind == "status" else _spoiled(response, fault)

    def _process(self, request: Request, service: str) -> Response:
        with self.world.lock:
            return _ANSWERS[service](self.world, request)


def _account(world: World, request: Request, service: str) -> str | None:
    if service == "cliniko":
        owner = cliniko.owner_of(world, request)
        return owner[0].name if owner else None
    if service == "hubspot":
        portal = hubspot.portal_of(world, request)
        return portal.name if portal else None
    if service == "gohighlevel":
        sub_account = gohighlevel.account_of(world, request)
        return sub_account.name if sub_account else None
    if service == "activecampaign":
        campaign_account = activecampaign.account_of(world, request)
        return campaign_account.name if campaign_account else None
    if service == "mailchimp":
        mailchimp_account = mailchimp.account_of(world, request)
        return mailchimp_account.name if mailchimp_account else None
    if service == "webhooks":
        endpoint = webhooks.endpoint_of(world, request)
        return endpoint.name if endpoint else None
    if service == "stripe":
        stripe_account = stripe.account_of(world, request)
        return stripe_account.name if stripe_account else None
    if service == "xero":
        organisation = xero.organisation_of(world, request)
        return organisation.name if organisation else None
    return None


def _rate_limited(service: str, fault: Fault) -> Response:
    if service == "hubspot":
        return hubspot.too_many("TEN_SECONDLY_ROLLING", retry_after=round(fault.seconds) or None)
    if service == "gohighlevel":
        return gohighlevel_errors.too_many(interval_milliseconds=round(fault.seconds * 1000) or 10_000)
    if service == "activecampaign":
        return activecampaign_errors.too_many(round(fault.seconds) or activecampaign.RETRY_AFTER)
    if service == "mailchimp":
        return mailchimp_errors.too_many()
    if service == "stripe":
        return stripe_errors.too_many(fault.seconds)
    if service == "xero":
        return xero_errors.too_many("minute", round(fault.seconds) or 5)
    if service == "webhooks":
        return Response("", 429, headers={"Retry-After": str(round(fault.seconds))} if fault.seconds else {})
    return cliniko.too_many(epoch() + fault.seconds)


def _failed(fault: Fault) -> Response:
    if fault.status == 401:
        return answers.access_denied()
    body = f"<html><body><h1>{fault.status}</h1><p>The server could not answer.</p></body></html>"
    if fault.body == "json":
        return answers.as_json({"status": str(fault.status), "error": "Simulated fault"}, fault.status)
    return Response("" if fault.body == "empty" else body, fault.status, content_type="text/html")


def _spoiled(response: Response, fault: Fault) -> Response:
    payload = response.get_data()
    if fault.body == "html":
        return Response("<html><body><h1>Sorry</h1></body></html>", 200, content_type="text/html")
    if fault.body == "empty":
        spoiled = b""
    elif fault.body == "truncated":
        spoiled = payload[: max(1, len(payload) * 2 // 3)]
    else:
        spoiled = b"\x00\xff{not json at all"
    return Response(spoiled, response.status_code, content_type="application/json; charset=utf-8")
