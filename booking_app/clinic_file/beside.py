"""What lies beside a clinic's file: its pictures and the texts of its waivers."""

from collections.abc import Iterator
from pathlib import Path as FilePath

from booking_app.clinic_file.problems import Notes, Path
from booking_app.clinic_file.schema import ClinicFileSections
from booking_app.clinics.pictures import LOGO_BOX, MOST_BYTES, PICTURE_BOX, Picture, PictureRefused, clean_picture

MOST_TEXT_BYTES = 500_000


def read_pictures(folder: FilePath, sections: ClinicFileSections, notes: Notes) -> dict[str, Picture]:
    """Every picture that is named, clean, by its name."""
    pictures: dict[str, Picture] = {}
    for path, heading, name, box in _named(sections):
        if name in pictures:
            continue
        content = _content(folder / name, MOST_BYTES, path, f"{path[-1]} in {heading}", notes)
        if content is None:
            continue
        try:
            pictures[name] = clean_picture(content, box)
        except PictureRefused as refused:
            notes.add(path, f"{path[-1]} in {heading} cannot be used. {refused}")
    return pictures


def read_bodies(folder: FilePath, sections: ClinicFileSections, notes: Notes) -> dict[str, str]:
    """The text of every waiver, by the waiver's key."""
    bodies = {}
    for place, waiver in enumerate(sections.waivers):
        path = ("waivers", place, "body")
        content = _content(folder / waiver.body, MOST_TEXT_BYTES, path, "body in [[waivers]]", notes)
        if content is None:
            continue
        try:
            bodies[waiver.key] = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            notes.add(path, "body in [[waivers]] names a file that is not UTF-8 text")
    return bodies


def _named(sections: ClinicFileSections) -> Iterator[tuple[Path, str, str, tuple[int, int]]]:
    """Path, heading, file name and largest size of every picture. The logo comes first: its size is the smallest."""
    if sections.branding.logo:
        yield ("branding", "logo"), "[branding]", sections.branding.logo, LOGO_BOX
    for place, service in enumerate(sections.services):
        if service.image:
            yield ("services", place, "image"), service.heading, service.image, PICTURE_BOX
    for place, practitioner in enumerate(sections.practitioners):
        if practitioner.photo:
            yield ("practitioners", place, "photo"), practitioner.heading, practitioner.photo, PICTURE_BOX


def _content(file: FilePath, most: int, path: Path, what: str, notes: Notes) -> bytes | None:
    if not file.is_file():
        notes.add(path, f"{what} names {file.name}, which is not beside this file")
        return None
    if file.stat().st_size > most:
        notes.add(path, f"{what} names {file.name}, which has more than {most:,} bytes")
        return None
    return file.read_bytes()
