"""The mail catcher: what is sent stays, and can be read as page, JSON and source."""

import smtplib
from email.message import EmailMessage

import httpx

from booking_sandbox.server import SandboxServer


def send(sandbox: SandboxServer) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "clinic@example.com", "robin@example.com"
    message["Subject"] = "Your booking – confirmed"
    message.set_content("See you on Tuesday.")
    message.add_alternative("<p>See you on <b>Tuesday</b>.</p><script>alert(1)</script>", subtype="html")
    calendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    message.add_attachment(calendar.encode(), maintype="text", subtype="calendar", filename="booking.ics")
    host, port = sandbox.smtp_url.removeprefix("smtp://").split(":")
    with smtplib.SMTP(host, int(port), timeout=5) as server:
        server.send_message(message)


def test_a_mail_is_kept_with_text_html_and_attachments(sandbox: SandboxServer) -> None:
    send(sandbox)
    (mail,) = sandbox.control.mails()
    assert (mail.subject, mail.recipients) == ("Your booking – confirmed", ("robin@example.com",))
    assert mail.text.strip() == "See you on Tuesday."
    assert "<b>Tuesday</b>" in mail.html
    assert (mail.attachments[0].name, mail.attachments[0].content_type) == ("booking.ics", "text/calendar")


def test_mails_are_read_as_json_and_source(sandbox: SandboxServer) -> None:
    send(sandbox)
    (mail,) = httpx.get(f"{sandbox.control_url}/mails").json()["mails"]
    assert mail["attachments"][0]["text"].startswith("BEGIN:VCALENDAR")
    source = httpx.get(f"{sandbox.control_url}/mails/{mail['id']}/source")
    assert source.headers["Content-Type"].startswith("message/rfc822")
    assert b"robin@example.com" in source.content
    httpx.delete(f"{sandbox.control_url}/mails")
    assert sandbox.control.mails() == []


def test_a_mail_has_a_page_whose_html_part_can_run_nothing(sandbox: SandboxServer, web: httpx.Client) -> None:
    send(sandbox)
    assert "Your booking – confirmed" in web.get("/mail/").text
    number = sandbox.control.mails()[0].id
    page = web.get(f"/mail/{number}")
    assert "See you on Tuesday." in page.text
    assert "alert(1)" not in page.text
    html = web.get(f"/mail/{number}/html")
    assert html.headers["Content-Security-Policy"].startswith("sandbox;")
    calendar = web.get(f"/mail/{number}/attachments/0")
    assert calendar.headers["Content-Type"].startswith("text/calendar")
    assert web.get(f"/mail/{number}/attachments/9").status_code == 404
    assert web.get("/mail/999").status_code == 404
