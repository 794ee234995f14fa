"""What a stranger finds: documents whose links lead somewhere, settings explained, nothing of one machine."""

import re
from pathlib import Path

from tests.conftest import LONGEST_FIRST
from tests.project.tree import PACKAGE, ROOT, package_modules, project_files, text_of

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def markdown_files() -> list[Path]:
    return [path for path in project_files() if path.suffix == ".md"]


def test_every_link_of_a_document_leads_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in markdown_files()
        for target in LINK.findall(text_of(path))
        if not re.match(r"[a-z]+:|#", target) and not (path.parent / target.split("#")[0]).exists()
    ]
    assert broken == []


def test_the_changelog_tells_of_this_version() -> None:
    version = re.search(r'__version__ = "([^"]+)"', (PACKAGE / "__init__.py").read_text())
    assert version
    assert f"## {version[1]}" in (ROOT / "CHANGELOG.md").read_text()
    assert f'version = "{version[1]}"' in (ROOT / "pyproject.toml").read_text()


def test_the_files_that_run_first_are_there() -> None:
    assert [file for file in LONGEST_FIRST if not (ROOT / file).exists()] == []


def test_every_setting_is_explained() -> None:
    # Mailing lists have fields of theirs whose names we begin with BOOKING_ as well.
    modules = [path for path in package_modules() if not {"crm"} & set(path.parts)]
    used = {name for path in modules for name in re.findall(r"[\"'](BOOKING_[A-Z_]+[A-Z])[\"']", path.read_text())}
    explained = set(re.findall(r"\bBOOKING_[A-Z_]+[A-Z]\b", (ROOT / "docs" / "settings.md").read_text()))
    assert used - explained == set()


def test_no_file_names_a_path_of_one_machine() -> None:
    pattern = re.compile(re.escape(f"{ROOT}/") + r"|(?<![\w.:/])/(?:home|root|Users)/\w")
    named = [path.relative_to(ROOT).as_posix() for path in project_files() if pattern.search(text_of(path))]
    assert named == []


def test_no_module_is_a_drawer_without_a_name() -> None:
    drawers = {"util", "utils", "helper", "helpers", "common", "misc", "manager"}
    assert [path.name for path in package_modules() if path.stem in drawers] == []
