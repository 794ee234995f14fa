"""The switches over HTTP, below ``/control/``: JSON in, JSON out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from booking_sandbox.activecampaign import switches as activecampaign_switches
from booking_sandbox.billing import lines_from
from booking_sandbox.control import SandboxControl, Unknown
from booking_sandbox.fixture.build import FixtureInvalid
from booking_sandbox.gohighlevel import switches as gohighlevel_switches
from booking_sandbox.instants import as_text
from booking_sandbox.mailchimp import switches as mailchimp_switches
from booking_sandbox.routing import Router
from booking_sandbox.stripe import switches as stripe_switches
from booking_sandbox.webhooks import switches as webhook_switches
from booking_sandbox.xero import switches as xero_switches

Handler = Callable[[SandboxControl, Request, dict[str, str]], Any]


class _Broken(ValueError):
    """The body is no JSON object."""


def _body(request: Request) -> dict[str, Any]:
    data = request.get_data()
    body = json.loads(data) if data else {}
    if not isinstance(body, dict):
        raise _Broken("A JSON object is expected.")
    return body


def _index(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    return {"routes": [f"{method} /control{path}" for method, path, _ in ROUTES]}


def _accounts(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    return {
        "accounts": [
            {"name": home.name, "shard": home.shard, "keys": [f"{key}-{home.shard}" for key in home.keys]}
            for home in control.world.accounts.values()
        ],
        "portals": [{"name": portal.name, "token": portal.token} for portal in control.world.portals.values()],
    }


def _faults(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    return {"faults": control.faults()}


def _set_fault(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    body = _body(request)
    flat = {**body.get("match", {}), **body.get("fault", {})}
    flat.update({name: body[name] for name in ("times", "probability", "seed") if name in body})
    if "kind" not in flat:
        raise _Broken("fault.kind is missing")
    return {"id": control.fault(flat.pop("kind"), **flat)}


def _clear_faults(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    control.clear_faults(int(args["id"]) if "id" in args else None)


def _state(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    return control.state(request.args.get("account", "demo"))


def _records(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    return {"records": control.records(request.args.get("account", "demo"), args["table"])}


def _calls(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    return control.world.calls.summary(account=request.args.get("account"))


def _clear_calls(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    control.world.calls.clear()


def _attachment(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    content, content_type = control.attachment(args["id"])
    return Response(content, content_type=content_type)


def _mails(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    return {"mails": [mail.to_json() for mail in control.mails()]}


def _mail_source(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    mail = control.world.mailbox.one(int(args["id"]))
    if mail is None:
        raise Unknown("There is no such mail.")
    return Response(mail.source, content_type="message/rfc822")


def _clear_mails(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    control.world.mailbox.clear()


def _receptionist(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    body = _body(request)
    return {"id": control.receptionist_books(body.pop("account", "demo"), **body)}


def _issue_invoice(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    body = _body(request)
    with control.world.lock:
        billing = control.billing(body.pop("account", "demo"))
        return {"id": billing.issue(lines_from(body.pop("lines")), **body)}


def _invoice_verb(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    """`pay`, `archive` and `reverse` take nothing, `edit` what is to be another."""
    body, verb = _body(request), args["verb"]
    with control.world.lock:
        billing = control.billing(body.pop("account", "demo"))
        if verb == "edit":
            lines = body.pop("lines", None)
            return billing.edit(args["id"], None if lines is None else lines_from(lines), **body)
        acts: dict[str, Callable[[str], str | None]] = {
            "pay": billing.pay,
            "archive": billing.archive,
            "reverse": billing.reverse,
        }
        made = acts[verb](args["id"])
        return {"id": made} if made else None


def _archive_type(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    control.archive_type(request.args.get("account", "demo"), args["id"])


def _change(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    body = _body(request)
    control.change(body.get("account", "demo"), body["table"], body["id"], **body["values"])


def _setting(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    body = _body(request)
    control.set_setting(body.get("account", "demo"), body["group"], body["name"], body["value"])


def _clock(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    return {"now": as_text(control.now())}


def _set_clock(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    body = _body(request)
    if "now" in body:
        control.set_now(body["now"], frozen=bool(body.get("frozen", False)))
    if "advance_seconds" in body:
        control.advance(seconds=float(body["advance_seconds"]))
    return _clock(control, request, args)


def _knobs(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    return control.knobs()


def _set_knobs(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    control.set_knob(**_body(request))
    return control.knobs()


def _reset(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    body = _body(request)
    control.reset(body.get("now"), frozen=bool(body.get("frozen", False)))


def _add_clinic(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    control.add_clinic(_body(request))


def _add_key(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    control.add_key(args["account"], _body(request)["key"])


def _opt_out(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    control.opt_out(args["portal"], _body(request)["email"])


ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", "/", _index),
    ("GET", "/accounts", _accounts),
    ("POST", "/accounts", _add_clinic),
    ("POST", "/accounts/<account>/keys", _add_key),
    ("GET", "/faults", _faults),
    ("POST", "/faults", _set_fault),
    ("DELETE", "/faults", _clear_faults),
    ("DELETE", "/faults/<id>", _clear_faults),
    ("GET", "/state", _state),
    ("GET", "/records/<table>", _records),
    ("GET", "/calls", _calls),
    ("DELETE", "/calls", _clear_calls),
    ("GET", "/attachments/<id>", _attachment),
    ("GET", "/mails", _mails),
    ("DELETE", "/mails", _clear_mails),
    ("GET", "/mails/<id>/source", _mail_source),
    ("POST", "/receptionist-books", _receptionist),
    ("POST", "/invoices", _issue_invoice),
    ("POST", "/invoices/<id>/<verb>", _invoice_verb),
    ("POST", "/appointment-types/<id>/archive", _archive_type),
    ("POST", "/change", _change),
    ("POST", "/settings", _setting),
    ("GET", "/clock", _clock),
    ("POST", "/clock", _set_clock),
    ("GET", "/knobs", _knobs),
    ("PATCH", "/knobs", _set_knobs),
    ("POST", "/portals/<portal>/opt-out", _opt_out),
    ("POST", "/reset", _reset),
    *gohighlevel_switches.ROUTES,
    *activecampaign_switches.ROUTES,
    *mailchimp_switches.ROUTES,
    *webhook_switches.ROUTES,
    *stripe_switches.ROUTES,
    *xero_switches.ROUTES,
]
_ROUTER: Router[Handler] = Router(ROUTES)


def answer(control: SandboxControl, request: Request) -> Response:
    """Answer one call below ``/control/``; mistakes of the caller come back as 400 with a sentence."""
    found = _ROUTER.match(request.method, request.path.removeprefix("/control") or "/")
    if found is None:
        return _json({"error": "There is no such switch; GET /control/ lists them."}, 404)
    handler, args = found
    try:
        result = handler(control, request, args)
    except Unknown as error:
        return _json({"error": str(error)}, 404)
    except (ValueError, KeyError, TypeError, FixtureInvalid) as error:
        return _json({"error": f"{type(error).__name__}: {error}"}, 400)
    if isinstance(result, Response):
        return result
    return _json({"ok": True} if result is None else result, 200)


def _json(body: Any, status: int) -> Response:
    return Response(json.dumps(body, ensure_ascii=False, default=str), status, content_type="application/json")
