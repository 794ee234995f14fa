"""The look: a draft with the real pages beside it, published when it is right."""

import io
import re
import struct
import zlib
from datetime import timedelta

import pytest
from PIL import Image

from booking_app.clinics.clinics import clinic_files
from tests.pages.console.desk import Desk
from tests.pages.console.forms import untouched

PAGE = "/console/demo/branding"


def save(desk: Desk, person: str = "manager", *, status: int = 303, **changes: object) -> str:
    """Send the form as this person sees it, with changes; returns what the answer says."""
    visitor = desk.sign_in(person)
    values = {**untouched(visitor.page(PAGE).html, "/branding"), **changes}
    return visitor.send(PAGE, values, status=status, content_type="multipart/form-data").text


def publish(desk: Desk) -> None:
    visitor = desk.sign_in("manager")
    values = untouched(visitor.page(PAGE).html, "/branding")
    visitor.send(f"{PAGE}/publish", dict(values), content_type="multipart/form-data")


def preview_of(desk: Desk) -> str:
    found = re.search(r'src="(/b/demo[^"]*preview=[^"]+)"', desk.page("manager", PAGE).html)
    assert found is not None
    return found[1].replace("&amp;", "&")


def picture(size: tuple[int, int] = (60, 30)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, "PNG")
    return target.getvalue()


def bomb() -> bytes:
    """A PNG that says it has ten thousand million pixels."""
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def test_a_draft_shows_in_the_preview_and_nowhere_else(desk: Desk) -> None:
    save(desk, welcome_text="Only a draft.")
    preview = preview_of(desk)
    stranger = desk.visitor()
    assert "Only a draft." in stranger.page(preview).text
    assert "Only a draft." not in stranger.page("/b/demo?stay=1").text
    publish(desk)
    assert "Only a draft." in stranger.page("/b/demo?stay=1").text


def test_the_previews_pages_lead_to_each_other_and_book_nothing(desk: Desk) -> None:
    save(desk, primary_color="#5b2a86")
    stranger = desk.visitor()
    first = stranger.page(preview_of(desk))
    services = next(link for link in first.links() if "/services" in link)
    assert "preview=" in services
    brand = next(values["href"] for tag, values in first.tags if tag == "link" and "brand.css" in values["href"])
    assert "#5b2a86" in stranger.get(brand).text
    assert "#5b2a86" not in stranger.get("/b/demo/brand.css").text
    refused = stranger.post(services.replace("/services", "/times"), data={"slot": "1"})
    assert refused.status_code == 403
    assert "Nothing can be booked from it." in refused.text


def test_a_preview_is_good_for_an_hour_and_for_its_own_clinic(desk: Desk) -> None:
    save(desk, welcome_text="Only a draft.")
    preview = preview_of(desk)
    forged = re.sub(r"preview=[^&]+", "preview=0.0", preview)
    assert "Only a draft." not in desk.visitor().page(forged).text
    for nonsense in ("", "x", ".", "zz.zz", "ffffffffffffffffffff.00", "é.é"):
        assert desk.visitor().get("/b/demo", query_string={"stay": 1, "preview": nonsense}).status_code == 200
    desk.shop.clock.ahead += timedelta(minutes=61)
    assert "Only a draft." not in desk.visitor().page(preview).text


def test_a_colour_that_cannot_be_seen_is_moved_and_said(desk: Desk) -> None:
    save(desk, primary_color="#ffee00")
    page = desk.page("manager", PAGE)
    assert "The main colour #ffee00 is too close to the background to be seen." in page.text


def test_undo_and_an_earlier_look(desk: Desk) -> None:
    visitor = desk.sign_in("manager")
    save(desk, welcome_text="First.")
    publish(desk)
    save(desk, welcome_text="Second.")
    visitor.send_form(f"{PAGE}/undo", {})
    assert "First." in desk.page("manager", PAGE).html
    earlier = re.findall(r'action="([^"]+/earlier/\d+)"', desk.page("manager", PAGE).html)
    visitor.send_form(earlier[-1], {})
    publish(desk)
    assert "First." not in desk.visitor().page("/b/demo?stay=1").text


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (
            b"<svg><script>alert(1)</script></svg>",
            "logo.svg",
            "SVG can carry programs",
        ),
        (bomb(), "logo.png", "too many pixels"),
        (b"not a picture", "logo.png", "PNG, JPEG or WebP"),
    ],
)
def test_a_logo_that_could_harm_is_refused_and_nothing_typed_is_lost(
    desk: Desk, content: bytes, name: str, words: str
) -> None:
    said = save(desk, status=422, welcome_text="Typed just now.", logo_file=(io.BytesIO(content), name))
    assert words in said and "Typed just now." in said
    assert "Typed just now." not in desk.page("manager", PAGE).html


def test_a_logo_is_taken_in_clean_and_can_go_again(desk: Desk) -> None:
    save(desk, logo_file=(io.BytesIO(picture()), "whatever.png"))
    publish(desk)
    logo = desk.clinic().branding_values().logo
    assert logo is not None and logo.startswith("logo-")
    with desk.services.database.reading() as session:
        assert logo in {file.name for file in clinic_files(session, desk.clinic().id)}
    save(desk, without_logo="y")
    publish(desk)
    assert desk.clinic().branding_values().logo is None


def test_a_logo_of_its_own_for_dark_pages_is_taken_in_and_shown_there(desk: Desk) -> None:
    light, dark = (io.BytesIO(picture(size)) for size in ((60, 30), (50, 20)))
    save(desk, logo_file=(light, "light.png"), logo_dark_file=(dark, "dark.png"))
    publish(desk)
    look = desk.clinic().branding_values()
    assert look.logo_dark is not None and look.logo_dark != look.logo
    shown = desk.visitor().page("/b/demo?stay=1").html
    assert f'<source media="(prefers-color-scheme: dark)" srcset="/b/demo/files/{look.logo_dark}">' in shown
    assert "masthead-plate" not in shown
    save(desk, without_logo_dark="y")
    publish(desk)
    assert "masthead-plate" in desk.visitor().page("/b/demo?stay=1").html


def test_what_is_not_a_value_is_said_at_its_field(desk: Desk) -> None:
    said = save(desk, status=422, radius="900x", primary_color="red")
    assert "Main colour must be a colour like" in said
    assert "Corner radius must be a whole number of pixels from 0 to 24." in said
    assert 'href="#radius"' in said


def test_of_two_managers_at_once_the_second_sees_both_and_keeps_hers(desk: Desk) -> None:
    hers = untouched(desk.page("agency", PAGE).html, "/branding")
    save(desk, welcome_text="His words.")
    answer = desk.sign_in("agency").send(PAGE, {**hers, "welcome_text": "Her words."}, status=409)
    for words in ("Somebody else saved this page meanwhile", "His words.", "Her words."):
        assert words in answer.text
    again = untouched(answer.text, "/branding")
    desk.sign_in("agency").send(PAGE, dict(again))
    assert "Her words." in desk.page("manager", PAGE).html


def test_a_draft_changed_meanwhile_is_not_published_unseen(desk: Desk) -> None:
    save(desk, welcome_text="Looked at.")
    seen = untouched(desk.page("agency", PAGE).html, "/branding")
    save(desk, welcome_text="Not looked at.")
    said = desk.sign_in("agency").send(f"{PAGE}/publish", dict(seen), status=409).text
    assert "Somebody else saved this page meanwhile" in said
    assert desk.clinic().branding_values().welcome_text.startswith("Welcome.")


def test_a_receptionist_reads_and_has_nothing_to_press(desk: Desk) -> None:
    page = desk.page("receptionist", PAGE)
    assert "A manager or an owner can change this." in page.text
    assert not [values for tag, values in page.tags if tag == "form" and "branding" in values["action"]]


def test_what_is_on_the_screen_is_published_and_not_an_older_draft(desk: Desk) -> None:
    save(desk, welcome_text="An older draft.")
    visitor = desk.sign_in("manager")
    typed = {**untouched(visitor.page(PAGE).html, "/branding"), "welcome_text": "On the screen."}
    visitor.send(f"{PAGE}/publish", typed, content_type="multipart/form-data")
    assert desk.clinic().branding_values().welcome_text == "On the screen."
    refused = visitor.send(f"{PAGE}/publish", {**typed, "primary_color": "reddish"}, status=422).text
    assert "On the screen." in refused
    assert desk.clinic().branding_values().primary_color != "reddish"
