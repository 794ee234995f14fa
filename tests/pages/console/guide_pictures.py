"""Pictures of the console for the clinic guide, taken while a test walks through it: `make guide`."""

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

WIDTH = 900
TALLEST = 1100
MOST_BYTES = 80_000
COLORS = 48


def picture(page: Page, name: str) -> None:
    """Keep what the page shows, small, where GUIDE_PICTURES names a folder; else do nothing."""
    folder = os.environ.get("GUIDE_PICTURES")
    if not folder:
        return
    taken = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    taken = taken.crop((0, 0, taken.width, min(taken.height, TALLEST)))
    small = taken.resize((WIDTH, round(taken.height * WIDTH / taken.width)), Image.Resampling.LANCZOS)
    target = Path(folder) / f"{name}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    small.quantize(COLORS).save(target, "PNG", optimize=True)
    assert target.stat().st_size < MOST_BYTES, (name, target.stat().st_size)
