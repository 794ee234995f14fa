"""A patient who clicks through the pages, for tests that begin in the middle."""

from datetime import UTC, datetime
from typing import Any

from tests.pages.shared.client import CheckingClient, Page

TUESDAY_NINE = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # Tuesday 24 November, 9:00 am in Adelaide
TIMES = "/b/demo/times?service=101&location=l1"


def slot(practitioner_id: str = "p1", at: datetime = TUESDAY_NINE) -> str:
    return f"{int(at.timestamp())}-{practitioner_id}"


def choose(client: CheckingClient, *, query: str = TIMES, value: str | None = None) -> str:
    """Choose a time; returns the address of the details step."""
    page = client.page(query)
    answer = client.send(page.form_to("/times"), {"token": page.token(), "slot": value or slot()})
    return answer.headers["Location"]


def answers(page: Page, **changes: Any) -> dict[str, Any]:
    """What an adult patient types into the details step; None leaves a field out."""
    given: dict[str, Any] = {
        "token": page.token(),
        "first_name": "Pat",
        "last_name": "Sample",
        "email": "pat@example.com",
        "phone": "0412 345 678",
        "date_of_birth": "1980-03-31",
        "answer_reason": "A sore knee",
        "answer_referred": "no",
        "sign_typed": "y",
        "sign_name": "Pat Sample",
        "waiver_treatment": (page.values("waiver_treatment") or [""])[0],
        "consent_privacy": "y",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


def fill(client: CheckingClient, details: str, **changes: Any) -> str:
    """Fill in the details, screen by screen; returns the address of the check step."""
    address = details
    while "/details" in address:
        page = client.page(address)
        shown = {values.get("name") for tag, values in page.tags if tag in ("input", "select", "textarea")}
        given = answers(page, **changes)
        if "date_of_birth_day" in shown:
            shown |= {"date_of_birth"}
        sent = {name: value for name, value in given.items() if name in shown}
        address = client.send(page.form_to(address), sent).headers["Location"]
    return address


def reach_check(client: CheckingClient, **changes: Any) -> str:
    return fill(client, choose(client), **changes)


def confirm(client: CheckingClient, check: str) -> str:
    """Press the button; returns where it led."""
    page = client.page(check)
    answer = client.send(page.form_to("/confirm"), {"token": page.token()})
    return answer.headers["Location"]
