"""A look is worked on in peace, published at once and put back when it was a mistake."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from booking_app.clinics.audit import Author
from booking_app.clinics.branding import Branding
from booking_app.clinics.clinics import clinic_file, clinic_files, find_clinic
from booking_app.clinics.models import Clinic
from booking_app.clinics.pictures import PictureRefused
from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.setup.design.branding import BrandingDesign
from tests.bookings.conftest import Desk
from tests.setup.design.conftest import recorded

BLUE = Branding(primary_color="#003366")
GREEN = Branding(primary_color="#005522")


def stored(desk: Desk) -> Clinic:
    with desk.database.reading() as session:
        clinic = find_clinic(session, "demo")
        assert clinic is not None
        return clinic


def logo(color: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 20), color).save(target, "PNG")
    return target.getvalue()


def test_a_draft_is_seen_by_nobody_until_it_is_published(desk: Desk, branding: BrandingDesign, author: Author) -> None:
    branding.save_draft(author, desk.clinic, BLUE, revision=None)
    state = branding.state(desk.clinic)
    assert (state.draft, state.published, state.is_published) == (BLUE, Branding(), False)
    assert stored(desk).branding_values() == Branding()
    branding.publish(author, desk.clinic, revision=revision_of(state.values()))
    assert stored(desk).branding_values() == BLUE
    assert branding.state(desk.clinic).is_published
    actions = [action for action, _, _ in recorded(desk)]
    assert actions == ["branding.draft_saved", "branding.published"]
    assert recorded(desk)[1][1:] == ({"primary_color": "#0f4c5c"}, {"primary_color": "#003366"})


def test_undo_goes_back_draft_by_draft(desk: Desk, branding: BrandingDesign, author: Author) -> None:
    for values in (BLUE, GREEN):
        branding.save_draft(author, desk.clinic, values, revision=None)
    assert branding.state(desk.clinic).undo_steps == 2
    branding.undo(author, desk.clinic)
    assert branding.state(desk.clinic).draft == BLUE
    branding.undo(author, desk.clinic)
    branding.undo(author, desk.clinic)
    assert branding.state(desk.clinic).draft == Branding()


def test_what_was_published_before_can_be_taken_back(desk: Desk, branding: BrandingDesign, author: Author) -> None:
    for values in (BLUE, GREEN):
        branding.save_draft(author, desk.clinic, values, revision=None)
        branding.publish(author, desk.clinic, revision=None)
    history = branding.state(desk.clinic).history
    assert [look.values for look in history] == [GREEN, BLUE, Branding()]
    assert [look.is_current for look in history] == [True, False, False]
    branding.take_back(author, desk.clinic, history[2].revision_id)
    assert branding.state(desk.clinic).draft == Branding()
    assert stored(desk).branding_values() == GREEN
    with pytest.raises(LookupError):
        branding.take_back(author, desk.clinic, 99)


def test_of_two_who_save_at_once_the_second_is_told_and_nothing_is_lost(
    desk: Desk, branding: BrandingDesign, author: Author
) -> None:
    seen = revision_of(branding.state(desk.clinic).values())
    branding.save_draft(author, desk.clinic, BLUE, revision=seen)
    with pytest.raises(ChangedMeanwhile) as changed:
        branding.save_draft(author, desk.clinic, GREEN, revision=seen)
    assert changed.value.current["primary_color"] == "#003366"
    with pytest.raises(ChangedMeanwhile):
        branding.publish(author, desk.clinic, revision=seen)
    assert branding.state(desk.clinic).draft == BLUE


def test_a_new_logo_leaves_the_published_one_alone(desk: Desk, branding: BrandingDesign, author: Author) -> None:
    branding.save_draft(author, desk.clinic, BLUE, logo=logo("red"), revision=None)
    branding.publish(author, desk.clinic, revision=None)
    red = stored(desk).branding_values().logo
    branding.save_draft(author, desk.clinic, replace(BLUE, logo=red), logo=logo("blue"), revision=None)
    drafted = branding.state(desk.clinic).draft.logo
    assert red and drafted and red != drafted
    with desk.database.reading() as session:
        assert {file.name for file in clinic_files(session, desk.clinic.id)} == {red, drafted}
        assert clinic_file(session, desk.clinic.id, red) is not None
    assert branding.as_drafted(desk.clinic).branding_values().logo == drafted
    assert stored(desk).branding_values().logo == red


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "SVG can carry programs"),
        (b"GIF89a", "PNG, JPEG or WebP"),
        (b"\x89PNG\r\n\x1a\n" + bytes.fromhex("0000000d49484452000186a0000186a00802000000") + b"\0" * 40, "PNG"),
    ],
)
def test_a_logo_that_could_harm_is_refused_in_words_and_nothing_is_saved(
    desk: Desk, branding: BrandingDesign, author: Author, content: bytes, words: str
) -> None:
    with pytest.raises(PictureRefused, match=words):
        branding.save_draft(author, desk.clinic, BLUE, logo=content, revision=None)
    assert branding.state(desk.clinic).undo_steps == 0
    assert recorded(desk) == []


def test_colours_that_cannot_be_seen_are_moved_and_named() -> None:
    yellow = Branding(primary_color="#ffee00", accent_color="#B3541E")
    (moved,) = yellow.adjustments()
    assert (moved.key, moved.chosen) == ("primary_color", "#ffee00")
    assert moved.shown == yellow.colors("light")["primary"] != moved.chosen
    assert Branding().adjustments() == ()
