"""Pages for a person: what arrived, the mails, and a sample clinic site with the booking flow in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from booking_sandbox.account import Account
from booking_sandbox.control import SandboxControl, Unknown
from booking_sandbox.mail import Mail
from booking_sandbox.routing import Router
from booking_sandbox.table import Record
from booking_sandbox.templates import folder, render

Page = Callable[[SandboxControl, str, dict[str, str]], Response]


def _html(name: str, **values: Any) -> Response:
    return Response(render(name, **values), content_type="text/html; charset=utf-8")


def _overview(control: SandboxControl, widget_origin: str, args: dict[str, str]) -> Response:
    name = args.get("account", "demo")
    if name not in control.world.accounts:
        name = next(iter(control.world.accounts))
    with control.world.lock:
        home = control.account(name)
        arrived = home.arrived()
        portal = control.world.portals.get(name)
        return _html(
            "overview.html",
            account=name,
            clinic=home.settings["account"]["name"],
            names=list(control.world.accounts),
            patients=arrived.get("patients", []),
            appointments=[_appointment(home, row) for row in arrived.get("individual_appointments", [])],
            forms=[_form(home, row) for row in arrived.get("patient_forms", [])],
            files=arrived.get("patient_attachments", []),
            contacts=portal.to_json()["contacts"] if portal else [],
            mails=list(reversed(control.mails())),
            calls=control.world.calls.summary(account=name)["per_route"],
            faults=control.faults(),
            now=control.state(name)["now"],
            zone=str(home.zone),
        )


def _appointment(home: Account, row: Record) -> dict[str, Any]:
    patient = home.table("patients").get(row["patient_id"])
    kind = home.table("appointment_types").get(row["appointment_type_id"])
    person = home.table("practitioners").get(row["practitioner_id"])
    business = home.table("businesses").get(row["business_id"])
    state = "archived" if row["archived_at"] else "cancelled" if row.get("cancelled_at") else "booked"
    return {
        **row,
        "patient": f"{patient['first_name']} {patient['last_name']}" if patient else "",
        "kind": kind["name"] if kind else "",
        "person": f"{person['first_name']} {person['last_name']}" if person else "",
        "place": business["display_name"] if business else "",
        "zone": business["time_zone_identifier"] if business else str(home.zone),
        "state": state,
    }


def _form(home: Account, row: Record) -> dict[str, Any]:
    patient = home.table("patients").get(row["patient_id"])
    answers = [
        _answer(home, question)
        for section in (row.get("content") or {}).get("sections", [])
        for question in section.get("questions", [])
    ]
    return {**row, "patient": f"{patient['first_name']} {patient['last_name']}" if patient else "", "answers": answers}


def _answer(home: Account, question: Record) -> dict[str, str]:
    picture = home.table("signatures").get(question.get("signature_id"))
    chosen = [str(item.get("value")) for item in question.get("answers", []) if item.get("selected")]
    other = question.get("other", {})
    if other.get("selected"):
        chosen.append(f"Other: {other.get('value', '')}")
    return {
        "question": question["name"],
        "answer": question.get("answer") or ", ".join(chosen),
        "picture": picture["image"] if picture else "",
    }


def _mail_list(control: SandboxControl, widget_origin: str, args: dict[str, str]) -> Response:
    return _html("mail_list.html", mails=list(reversed(control.mails())))


def _mail(control: SandboxControl, args: dict[str, str]) -> Mail:
    mail = control.world.mailbox.one(int(args["id"]))
    if mail is None:
        raise Unknown("There is no such mail.")
    return mail


def _mail_page(control: SandboxControl, widget_origin: str, args: dict[str, str]) -> Response:
    return _html("mail.html", mail=_mail(control, args))


def _mail_html(control: SandboxControl, widget_origin: str, args: dict[str, str]) -> Response:
    # The mail's own page, with nothing allowed to run in it.
    response = Response(_mail(control, args).html, content_type="text/html; charset=utf-8")
    policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    response.headers["Content-Security-Policy"] = policy
    return response


def _mail_attachment(control: SandboxControl, widget_origin: str, args: dict[str, str]) -> Response:
    attachments = _mail(control, args).attachments
    number = int(args["number"])
    if not 0 <= number < len(attachments):
        raise Unknown("There is no such attachment.")
    item = attachments[number]
    return Response(item.content, content_type=item.content_type)


def _file(control: SandboxControl, widget_origin: str, args: dict[str, str]) -> Response:
    content, content_type = control.attachment(args["id"])
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _site(name: str) -> Page:
    return lambda control, widget_origin, args: _html(name, widget_origin=widget_origin.rstrip("/"))


def _style(name: str) -> Page:
    return lambda control, widget_origin, args: Response(
        (folder() / name).read_bytes(), content_type="text/css; charset=utf-8"
    )


_ROUTER: Router[Page] = Router(
    [
        ("GET", "/", _overview),
        ("GET", "/accounts/<account>", _overview),
        ("GET", "/sandbox.css", _style("sandbox.css")),
        ("GET", "/mail/", _mail_list),
        ("GET", "/mail/<int:id>", _mail_page),
        ("GET", "/mail/<int:id>/html", _mail_html),
        ("GET", "/mail/<int:id>/attachments/<int:number>", _mail_attachment),
        ("GET", "/files/<id>", _file),
        ("GET", "/site/", _site("site.html")),
        ("GET", "/site/iframe", _site("site_iframe.html")),
        ("GET", "/site/site.css", _style("site.css")),
    ]
)


def answer(control: SandboxControl, request: Request, *, widget_origin: str) -> Response:
    """Answer one page; unknown addresses get a plain 404 page."""
    found = _ROUTER.match(request.method, request.path)
    if found is None:
        return _missing()
    handler, args = found
    try:
        return handler(control, widget_origin, args)
    except Unknown:
        return _missing()


def _missing() -> Response:
    response = _html("missing.html")
    response.status_code = 404
    return response
