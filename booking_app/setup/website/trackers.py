"""Pixels and recorders beside the booking button: they see who goes to book care, and where the visitor clicked."""

import re
from collections.abc import Iterator

from booking_app.setup.website.advice import Advice, risk
from booking_app.setup.website.page import Page
from booking_app.setup.website.snippet_tags import SnippetTags, address_of

TRACKERS = (
    ("the Meta pixel", re.compile(r"connect\.facebook\.net|facebook\.com/tr[/?]|\bfbq\(")),
    ("Google Tag Manager", re.compile(r"googletagmanager\.com/(?:gtm\.js|ns\.html)")),
    ("Google Analytics or Ads", re.compile(r"\.com/gtag/|google-analytics\.com|googleadservices\.com|\bgtag\(")),
    ("the TikTok pixel", re.compile(r"analytics\.tiktok\.com|\bttq\.(?:load|page|track)\b")),
    ("LinkedIn Insight", re.compile(r"snap\.licdn\.com|_linkedin_partner_id")),
    ("Microsoft Advertising", re.compile(r"bat\.bing\.(?:com|net)")),
    ("Microsoft Clarity", re.compile(r"clarity\.ms/")),
    ("Hotjar", re.compile(r"static\.hotjar\.com|_hjSettings")),
    ("FullStory", re.compile(r"fullstory\.com/s/")),
    ("the Pinterest tag", re.compile(r"s\.pinimg\.com/ct|ct\.pinterest\.com|\bpintrk\(")),
    ("the Snap pixel", re.compile(r"sc-static\.net/scevent|\bsnaptr\(")),
    ("the X pixel", re.compile(r"static\.ads-twitter\.com|\btwq\(")),
)  # fmt: skip


def check_trackers(page: Page, found: SnippetTags) -> Iterator[Advice]:
    """One finding that names them all. The frame is closed to them; the page around it is not."""
    if not found.is_there:
        return
    places = [
        *(address_of(tag) for tag in page.tags if tag.name in ("script", "img", "iframe")),
        *(tag.words for tag in page.named("script")),
        *re.findall(r"(?is)<noscript>(.*?)</noscript>", page.html),
    ]
    names = [name for name, trace in TRACKERS if any(trace.search(place) for place in places)]
    if names:
        yield risk(
            "trackers", f"Beside the booking button the page loads {_listed(names)}. The booking page itself is closed "
            "to them, but they learn who opens this page and clicks there, which can be health information.",
            "Load them after consent only, not on pages that name a condition, and never from the booking button.",
        )  # fmt: skip


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
