"""Several clinics, each with a Cliniko account and a HubSpot portal of its own, so that no limit is everybody's."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXTURE = ROOT / "booking_sandbox" / "fixtures" / "clinics.toml"
EXAMPLE = ROOT / "booking_app" / "setup" / "examples" / "demo"
SHIPPED_IDS = "1100001000"  # how every id of the shipped fixture begins
PEOPLE = "people = { number = 40, seed = 7 }"


@dataclass(frozen=True)
class Estate:
    """What the sandbox is started with, the files to import, and the credentials they name."""

    fixture: Path
    clinics: dict[str, Path]
    secrets: dict[str, str]


def build_estate(folder: Path, count: int) -> Estate:
    """Write `count` copies of the shipped clinic below `folder`, with ids and keys of their own."""
    accounts, portals = _shipped_account()
    text: list[str] = []
    clinics: dict[str, Path] = {}
    secrets: dict[str, str] = {}
    for number in range(1, count + 1):
        slug = f"clinic{number}"
        text.append(_account(accounts, number, slug))
        text.append(_portal(portals, number, slug))
        clinics[slug] = _clinic_file(folder / slug, number, slug)
        secrets |= {f"CLINIKO_KEY_{number}": f"MS0xMjM0-{slug}-au1", f"HUBSPOT_TOKEN_{number}": f"pat-ap1-{slug}"}
    fixture = folder / "fixture.toml"
    fixture.write_text("\n".join(text))
    return Estate(fixture, clinics, secrets)


def own_ids(text: str, number: int) -> str:
    """The same text with ids that no other clinic of the estate has."""
    return text.replace(SHIPPED_IDS, f"11{number:03}01000")


def _shipped_account() -> tuple[str, str]:
    parts = re.split(r"(?m)^(?=\[\[(?:accounts|portals)\]\]$)", FIXTURE.read_text())
    account = next(part for part in parts if 'name = "demo"' in part and part.startswith("[[accounts]]"))
    portal = next(part for part in parts if 'name = "demo"' in part and part.startswith("[[portals]]"))
    return account, portal


def _account(shipped: str, number: int, slug: str) -> str:
    text = own_ids(shipped, number).replace('name = "demo"', f'name = "{slug}"', 1)
    text = text.replace("number = 31001", f"number = {40000 + number}").replace(
        "people = { number = 2000, seed = 7 }", PEOPLE
    )
    text = text.replace('subdomain = "harbourstreet"', f'subdomain = "{slug}"')
    text = text.replace("MS0xMjM0-sandbox-au1", f"MS0xMjM0-{slug}-au1").replace(
        "MS0xMjM0-second", f"MS0xMjM0-{slug}-second"
    )
    return text.replace("MS0xMjM0-reception", f"MS0xMjM0-{slug}-reception")


def _portal(shipped: str, number: int, slug: str) -> str:
    text = shipped.replace('name = "demo"', f'name = "{slug}"').replace("pat-ap1-sandbox-demo", f"pat-ap1-{slug}")
    return text.replace("44100001", str(44200000 + number))


def _clinic_file(folder: Path, number: int, slug: str) -> Path:
    shutil.copytree(EXAMPLE, folder)
    file = folder / "clinic.toml"
    text = own_ids(file.read_text(), number).replace('slug = "demo"', f'slug = "{slug}"', 1)
    text = text.replace("DEMO_CLINIKO_KEY", f"CLINIKO_KEY_{number}").replace(
        "DEMO_HUBSPOT_TOKEN", f"HUBSPOT_TOKEN_{number}"
    )
    file.write_text(text)
    return file
