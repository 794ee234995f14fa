"""A clinic goes out and comes back the same."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from booking_app.catalogue.curation import curation_of
from booking_app.clinics.clinics import clinic_files, find_clinic
from booking_app.clinics.connections import connections_of, pause
from booking_app.clinics.keys import keys_of
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring, new_sealing_key
from booking_app.intake.fields import fields_of
from booking_app.intake.waivers import waivers_of
from booking_app.setup.clinic_file.exporting import export_clinic, exported_files
from booking_app.setup.clinic_file.importing import import_clinic
from booking_app.setup.clinic_file.lines import key_lines
from booking_app.setup.clinic_file.problems import Notes
from booking_app.setup.clinic_file.reading import read_clinic_file
from booking_app.setup.clinic_file.schema import LISTS, TABLES, ClinicFileSections
from booking_app.setup.clinic_file.sections import read_sections
from booking_app.setup.clinic_file.toml_text import toml_text
from tests.setup.clinic_file.conftest import CLINIC, ENVIRON, EXAMPLES, NOW

DOCUMENT = EXAMPLES.parents[2] / "docs" / "clinic-file.md"
NewDatabase = Callable[[], Database]
Write = Callable[[str], Path]


@pytest.mark.parametrize("example", ["demo", "complete"])
def test_export_import_export_gives_the_same_bytes(
    example: str, new_database: NewDatabase, keyring: Keyring, tmp_path: Path
) -> None:
    first, second = new_database(), new_database()
    import_clinic(first, keyring, EXAMPLES / example / "clinic.toml", environ=ENVIRON, now=NOW)
    file = export_clinic(first, example, tmp_path / "out")
    import_clinic(second, keyring, file, environ=ENVIRON, now=NOW)
    assert exported_files(second, example) == exported_files(first, example)
    assert set(exported_files(first, example)) == {path.name for path in (EXAMPLES / example).iterdir()}


@pytest.mark.parametrize("example", ["demo", "complete"])
def test_an_export_says_the_same_as_the_file_it_came_from(
    example: str, database: Database, keyring: Keyring, tmp_path: Path
) -> None:
    original = EXAMPLES / example / "clinic.toml"
    import_clinic(database, keyring, original, environ=ENVIRON, now=NOW)
    exported = export_clinic(database, example, tmp_path / "out")
    before, after = (read_clinic_file(path, environ=ENVIRON) for path in (original, exported))
    assert after.sections == before.sections
    assert {key: text.strip() for key, text in after.bodies.items()} == {
        key: text.strip() for key, text in before.bodies.items()
    }
    assert after.pictures == before.pictures


def test_importing_again_changes_nothing_and_keeps_every_id(database: Database, keyring: Keyring) -> None:
    file = EXAMPLES / "complete" / "clinic.toml"
    seen = []
    for _ in range(2):
        import_clinic(database, keyring, file, environ=ENVIRON, now=NOW)
        with database.reading() as session:
            rows = session.scalars(select(Connection).order_by(Connection.id)).all()
            seen.append([(row.id, row.vendor, row.secret, row.config) for row in rows])
    assert seen[0] == seen[1]
    vendors = ["cliniko", "hubspot", "gohighlevel", "activecampaign", "mailchimp", "webhook", "stripe", "xero"]
    assert [row[1] for row in seen[0]] == vendors


def test_what_is_not_in_the_file_any_more_goes(
    database: Database, keyring: Keyring, tmp_path: Path, write: Write
) -> None:
    import_clinic(database, keyring, EXAMPLES / "demo" / "clinic.toml", environ=ENVIRON, now=NOW)
    import_clinic(database, keyring, write(CLINIC.replace("harbour", "demo")), environ=ENVIRON, now=NOW)
    with database.reading() as session:
        clinic = find_clinic(session, "demo")
        assert clinic is not None
        assert (clinic.email, clinic.allowed_sites, clinic.consents) == ("", [], {})
        assert clinic_files(session, clinic.id) == []
        assert fields_of(session, clinic.id) == []
        assert waivers_of(session, clinic.id) == []
        assert curation_of(session, clinic.id).services == ()
        assert [row.vendor for row in connections_of(session, clinic.id)] == ["cliniko"]


def test_secrets_are_sealed_and_come_out_as_names(database: Database, keyring: Keyring) -> None:
    import_clinic(database, keyring, EXAMPLES / "demo" / "clinic.toml", environ=ENVIRON, now=NOW)
    with database.reading() as session:
        rows = session.scalars(select(Connection)).all()
    assert [keyring.unseal(row.secret).decode() for row in rows] == [
        ENVIRON["DEMO_CLINIKO_KEY"],
        ENVIRON["DEMO_HUBSPOT_TOKEN"],
    ]
    assert "secret of" not in repr(rows) + str([row.secret for row in rows])
    text = exported_files(database, "demo")["clinic.toml"].decode()
    assert 'api_key_env = "DEMO_CLINIKO_KEY"' in text
    assert "secret of" not in text


def test_a_secret_typed_in_the_console_comes_out_as_a_placeholder(
    database: Database, keyring: Keyring, write: Write, new_database: NewDatabase
) -> None:
    import_clinic(database, keyring, write(CLINIC), environ=ENVIRON, now=NOW)
    with database.begin() as session:
        session.scalars(select(Connection)).one().secret_env = ""
    text = exported_files(database, "harbour")["clinic.toml"].decode()
    assert 'api_key_env = "CLINIC_HARBOUR_CLINIKO_API_KEY"' in text
    import_clinic(
        other := new_database(), keyring, write(text), environ={"CLINIC_HARBOUR_CLINIKO_API_KEY": "x"}, now=NOW
    )
    assert exported_files(other, "harbour")["clinic.toml"].decode() == text


def test_an_import_that_keeps_connections_reads_no_environment(
    database: Database, keyring: Keyring, write: Write
) -> None:
    import_clinic(database, keyring, write(CLINIC), environ=ENVIRON, now=NOW)
    renamed = CLINIC.replace("Harbour Street Health", "New name").replace("CLINIKO_API_KEY", "NOT_SET")
    import_clinic(database, keyring, write(renamed), environ={}, now=NOW, keep_connections=True)
    with database.reading() as session:
        assert session.scalars(select(Clinic.name)).one() == "New name"
        row = session.scalars(select(Connection)).one()
    assert (row.secret_env, keyring.unseal(row.secret)) == ("CLINIKO_API_KEY", b"secret of CLINIKO_API_KEY")


def test_a_new_key_wakes_a_paused_connection_and_forgets_its_account(
    database: Database, keyring: Keyring, write: Write
) -> None:
    import_clinic(database, keyring, write(CLINIC), environ=ENVIRON, now=NOW)
    with database.begin() as session:
        row = session.scalars(select(Connection)).one()
        row.account_key = "au1-1"
        pause(session, row.id, "cliniko_401")
    import_clinic(database, keyring, write(CLINIC), environ={"CLINIKO_API_KEY": "new"}, now=NOW)
    with database.reading() as session:
        now = session.scalars(select(Connection)).one()
    assert (now.id, now.state, now.paused_code, now.account_key) == (row.id, "active", None, None)
    assert keyring.unseal(now.secret) == b"new"


def test_a_secret_that_no_key_opens_any_more_is_replaced(database: Database, keyring: Keyring, write: Write) -> None:
    import_clinic(database, Keyring([new_sealing_key()]), write(CLINIC), environ=ENVIRON, now=NOW)
    import_clinic(database, keyring, write(CLINIC), environ=ENVIRON, now=NOW)
    with database.reading() as session:
        row = session.scalars(select(Connection)).one()
    assert keyring.unseal(row.secret) == b"secret of CLINIKO_API_KEY"


def test_a_connection_whose_variable_was_renamed_stays_the_same(
    database: Database, keyring: Keyring, write: Write
) -> None:
    crm = "[[crm]]\nvendor = 'hubspot'\ntoken_env = 'HUBSPOT_TOKEN'\n"
    ids = []
    for text in (CLINIC + crm, CLINIC + crm.replace("HUBSPOT_TOKEN", "DEMO_HUBSPOT_TOKEN")):
        import_clinic(database, keyring, write(text), environ=ENVIRON, now=NOW)
        with database.reading() as session:
            ids.append(session.scalars(select(Connection.id).where(Connection.vendor == "hubspot")).all())
    assert ids[0] == ids[1]


def test_exporting_an_unknown_clinic_is_a_lookup_error(database: Database, tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        export_clinic(database, "nobody", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_photo_stays_the_same_through_any_number_of_exports(
    new_database: NewDatabase, keyring: Keyring, write: Write, tmp_path: Path
) -> None:
    file = write(CLINIC + "[branding]\nlogo = 'photo.jpeg'\nlogo_dark = 'dark.png'\n")
    Image.effect_noise((1200, 700), 90).convert("RGB").save(file.with_name("photo.jpeg"), exif=b"Exif\0\0MM\0*")
    Image.new("RGB", (90, 30), "white").save(file.with_name("dark.png"))
    contents = []
    for number in range(3):
        database = new_database()
        import_clinic(database, keyring, file, environ=ENVIRON, now=NOW)
        file = export_clinic(database, "harbour", tmp_path / str(number))
        contents.append((file.with_name("photo.jpeg").read_bytes(), file.with_name("dark.png").read_bytes()))
    assert contents[0] == contents[1] == contents[2]


line = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)
quotes = st.just("\t\\ \"\"\" '''")
paragraphs = st.lists(st.one_of(line, st.just(""), quotes), min_size=1).map("\n".join).filter(str.strip)


@given(name=line, wording=paragraphs, directions=paragraphs)
@settings(max_examples=150)
def test_any_text_survives_writing_and_reading(name: str, wording: str, directions: str) -> None:
    raw = {
        "clinic": {"slug": "a", "name": name, "time_zone": "UTC"},
        "consents": {"privacy": wording},
        "locations": [{"cliniko_id": "1", "directions": directions}],
    }
    sections = _read(raw)
    text = toml_text(sections)
    assert _read(tomllib.loads(text)) == sections
    assert ("locations", 0, "directions") in key_lines(text)


def _read(raw: dict[str, object]) -> ClinicFileSections:
    notes = Notes("clinic.toml", {})
    sections = read_sections(raw, notes)
    assert notes.problems == []
    return replace(sections)


def test_every_key_is_documented_below_its_section_with_an_example() -> None:
    chapters = {part.split("\n")[0]: part for part in DOCUMENT.read_text().split("\n## ")[1:]}
    for record in (*TABLES.values(), *LISTS.values()):
        chapter = chapters[record.heading]
        assert f"```toml\n{record.heading}\n" in chapter
        documented = [row.split("`")[1] for row in chapter.splitlines() if row.startswith("| `")]
        assert documented == list(keys_of(record))


def test_the_complete_example_has_every_key() -> None:
    lines = set(key_lines((EXAMPLES / "complete" / "clinic.toml").read_text()))
    used = {(path[0], path[-1]) for path in lines}
    for name, record in {**TABLES, **LISTS}.items():
        assert {key for key in keys_of(record) if (name, key) not in used} == set()


def test_the_demo_asks_every_type_of_question() -> None:
    sections = read_clinic_file(EXAMPLES / "demo" / "clinic.toml", environ=None).sections
    assert {entry.type for entry in sections.intake} == {
        "text", "long_text", "email", "phone", "number", "date", "select", "radio", "checkboxes", "yes_no"
    }  # fmt: skip
