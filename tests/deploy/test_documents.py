"""What the documents say of the code is what the code does."""

import re
from pathlib import Path

from booking_app.pages.ops.collector import Collector
from tests.deploy.sent import classes, codes_table, sent_table, webhook_table

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_table_of_what_is_sent_is_the_codes_own() -> None:
    text = (DOCS / "connections.md").read_text()
    assert sent_table() in text, "python -m tests.deploy.sent prints the table anew"
    assert codes_table() in text, "python -m tests.deploy.sent prints the table anew"
    assert webhook_table() in text, "python -m tests.deploy.sent prints the table anew"


def test_the_table_of_failures_names_every_class_and_its_fate() -> None:
    text = (DOCS / "operations.md").read_text()
    section = text.split("<!-- classes of failure -->")[1].split("<!-- end -->")[0]
    told = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section, flags=re.MULTILINE))
    assert list(told) == list(classes())
    for name, fate in classes().items():
        assert told[name].startswith(fate), f"{name}: {fate}"


def test_every_metric_to_alert_on_exists() -> None:
    said = set(re.findall(r"`(?:rate\()?(booking_[a-z_]+)", (DOCS / "operations.md").read_text()))
    source = Path(Collector.collect.__code__.co_filename).read_text()
    assert said
    assert all(f'"{name.removesuffix("_total")}"' in source for name in said), said


def test_every_link_of_these_documents_leads_to_a_file() -> None:
    for name in ("operations.md", "connections.md", "adding-a-vendor.md"):
        for target in re.findall(r"\]\(([^)#]+)", (DOCS / name).read_text()):
            assert (DOCS / target).exists(), f"{name}: {target}"
