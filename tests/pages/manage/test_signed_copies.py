"""The page behind the link to what was signed."""

from tests.pages.shared.client import CheckingClient
from tests.pages.widget.fakes import FakeUseCases


def test_the_booking_links_to_a_copy_that_is_a_file(client: CheckingClient, use_cases: FakeUseCases) -> None:
    page = client.page("/manage/manage-token")
    assert "Your copy of what you signed (PDF)" in page.text
    assert "/signed/copy" in page.links()
    response = client.get("/signed/copy")
    assert (response.data, response.mimetype) == (b"%PDF-signed", "application/pdf")
    assert response.headers["Content-Disposition"] == 'attachment; filename="signed.pdf"'
    assert response.headers["Cache-Control"] == "no-store"
    use_cases.signed_copies.is_signed = False
    assert "what you signed" not in client.page("/manage/manage-token").text


def test_while_there_is_none_the_page_says_why(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.signed_copies.pdf = None
    assert client.page("/signed/copy").h1 == ["Your copy is being made"]
    use_cases.signed_copies.is_away = True
    away = client.get("/signed/copy")
    assert (away.status_code, away.headers["Retry-After"]) == (503, "60")
    assert "call (08) 5550 1234" in " ".join(away.text.split()).replace('<a href="tel:0855501234">', "")


def test_nobody_else_is_told_anything(client: CheckingClient) -> None:
    page = client.page("/signed/of-somebody-else", status=404)
    assert page.h1 == ["This link has ended"]
    assert "Harbour" not in page.text
