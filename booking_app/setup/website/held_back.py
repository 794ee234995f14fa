"""Optimisers, lazy loaders and consent tools: what they did to the snippet, and what they will do to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from booking_app.setup.website.advice import Advice, broken, risk
from booking_app.setup.website.page import Page, Tag
from booking_app.setup.website.snippet_tags import SnippetTags

RUNS = {"", "text/javascript", "application/javascript", "module"}
CONSENT = "text/plain"


@dataclass(frozen=True)
class Optimiser:
    """One tool: how it shows in a page, which attribute asks it to leave a script alone, and how to tell it by hand."""

    name: str
    trace: re.Pattern[str]
    spared_by: tuple[str, ...]
    fix: str


OPTIMISERS = (
    Optimiser(
        "Cloudflare Rocket Loader", re.compile(r"rocket-loader\.min\.js|type=[\"'][0-9a-f]{16,}-(?:text|module)"),
        ("data-cfasync",), 'Give the script data-cfasync="false", or switch Rocket Loader off for this page.',
    ),
    Optimiser(
        "WP Rocket", re.compile(r"rocketlazyloadscript|wp-rocket|data-rocket-|RocketLazyLoadScripts"),
        ("nowprocket",), "In WP Rocket, File optimisation, Delay JavaScript execution: exclude /embed.js.",
    ),
    Optimiser(
        "Autoptimize", re.compile(r"/cache/autoptimize/|autoptimize_[0-9a-f]{8,}"),
        ("data-noptimize",), "In Autoptimize, JavaScript options: add embed.js to the scripts to exclude.",
    ),
    Optimiser(
        "LiteSpeed Cache", re.compile(r"litespeed/javascript|litespeed-cache|data-litespeed-"),
        ("data-no-optimize", "data-no-defer"), "In LiteSpeed Cache, Page Optimization, Tuning: exclude embed.js.",
    ),
    Optimiser(
        "Perfmatters", re.compile(r"pmdelayedscript|/perfmatters/"),
        (), "In Perfmatters, Assets, Delay JavaScript: exclude embed.js.",
    ),
    Optimiser(
        "Flying Scripts", re.compile(r"flying-scripts|data-type=[\"']lazy[\"']"),
        (), "Take embed.js off the list of Flying Scripts.",
    ),
)  # fmt: skip


def check_held_back(page: Page, found: SnippetTags) -> Iterator[Advice]:
    """What holds the script or the frame back now, and what may do so."""
    yield from (advice for script in found.scripts for advice in _script(script))
    yield from (advice for frame in found.frames for advice in _frame(frame))
    yield from (advice for one in OPTIMISERS if one.trace.search(page.html) for advice in _optimiser(one, found))


def _script(script: Tag) -> Iterator[Advice]:
    kind = script.get("type").lower()
    if kind == CONSENT:
        yield risk(
            "script_waits_for_consent", "A consent tool holds the script back until the visitor agrees to something.",
            "Booking sets no cookie: file the script under “necessary”. Cookiebot: add data-cookieconsent=\"ignore\".",
        )  # fmt: skip
    elif kind not in RUNS or not script.get("src"):
        yield risk(
            "script_held_back", f"The script in line {script.line} was changed so that it runs later, or never.",
            "Until then visitors have the link. Exclude /embed.js in the optimiser or the cache of the site.",
        )  # fmt: skip


def _frame(frame: Tag) -> Iterator[Advice]:
    if not frame.get("src"):
        yield broken(
            "frame_held_back", f"A lazy loader keeps the frame in line {frame.line} empty until its own script runs.",
            'Exclude the frame from lazy loading (often class="no-lazy" or data-no-lazy="1"), or use the script.',
        )  # fmt: skip


def _optimiser(tool: Optimiser, found: SnippetTags) -> Iterator[Advice]:
    if found.links and not found.scripts and not found.frames:
        yield risk(
            "script_merged", f"{tool.name} works on this page, and the script of the snippet is not to be seen: it may "
            "have been merged into another file, where it does not know its own address.", tool.fix,
        )  # fmt: skip
    elif any(not _is_spared(script, tool) for script in found.scripts):
        yield risk("optimiser", f"{tool.name} works on this page and may delay or change the script.", tool.fix)


def _is_spared(script: Tag, tool: Optimiser) -> bool:
    return any(script.has(name) for name in tool.spared_by)
