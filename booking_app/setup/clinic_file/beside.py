"""What lies beside a clinic's file: its pictures and the texts of its waivers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath

from booking_app.clinics.pictures import LOGO_BOX, MOST_BYTES, PICTURE_BOX, Picture, PictureRefused, clean_picture
from booking_app.setup.clinic_file.problems import Notes
from booking_app.setup.clinic_file.schema import ClinicFileSections

MOST_TEXT_BYTES = 500_000


def read_pictures(folder: FilePath, sections: ClinicFileSections, notes: Notes) -> dict[str, Picture]:
    """Every picture that is named, clean, by its name. The logo comes first: its size is the smallest."""
    pictures: dict[str, Picture] = {}
    for named in _pictures(sections, notes):
        if named.file in pictures:
            continue
        content = _content(folder / named.file, MOST_BYTES, named)
        if content is None:
            continue
        try:
            pictures[named.file] = clean_picture(content, named.box)
        except PictureRefused as refused:
            named.note(f"cannot be used. {refused}")
    return pictures


def read_bodies(folder: FilePath, sections: ClinicFileSections, notes: Notes) -> dict[str, str]:
    """The text of every waiver, by the waiver's key."""
    bodies = {}
    for place, waiver in enumerate(sections.waivers):
        named = _in_list(notes, "waivers", place, "body", waiver.body)
        content = _content(folder / waiver.body, MOST_TEXT_BYTES, named)
        if content is None:
            continue
        try:
            bodies[waiver.key] = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            named.note("names a file that is not UTF-8 text")
    return bodies


@dataclass(frozen=True)
class _Named:
    """A file that a key names, and how to note a problem there."""

    file: str
    note: Callable[[str], None]
    box: tuple[int, int] = PICTURE_BOX


def _pictures(sections: ClinicFileSections, notes: Notes) -> Iterator[_Named]:
    for key, logo in (("logo", sections.branding.logo), ("logo_dark", sections.branding.logo_dark)):
        if logo:
            yield _logo(notes, key, logo)
    for place, service in enumerate(sections.services):
        if service.image:
            yield _in_list(notes, "services", place, "image", service.image)
    for place, practitioner in enumerate(sections.practitioners):
        if practitioner.photo:
            yield _in_list(notes, "practitioners", place, "photo", practitioner.photo)


def _logo(notes: Notes, key: str, file: str) -> _Named:
    return _Named(file, lambda text: notes.add(("branding", key), f"{key} in [branding] {text}"), LOGO_BOX)


def _in_list(notes: Notes, section: str, place: int, key: str, file: str) -> _Named:
    return _Named(file, lambda text: notes.add_at(section, place, key, f"{key} in [[{section}]] {text}"))


def _content(file: FilePath, most: int, named: _Named) -> bytes | None:
    if not file.is_file():
        named.note(f"names {file.name}, which is not beside this file")
        return None
    if file.stat().st_size > most:
        named.note(f"names {file.name}, which has more than {most:,} bytes")
        return None
    return file.read_bytes()
