"""The page around the snippet: its address, its policies, and whether it isolates itself."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from booking_app.setup.website.advice import Advice, broken, note, risk
from booking_app.setup.website.expected import Expected, origin_of
from booking_app.setup.website.page import Page
from booking_app.setup.website.policy import FRAMES, SCRIPTS, allows, policies_of, trusts_by_nonce
from booking_app.setup.website.snippet_tags import SnippetTags, address_of

ISOLATING = ("require-corp", "credentialless")


def check_surroundings(
    page: Page, found: SnippetTags, expected: Expected, *, url: str | None, hops: Sequence[str]
) -> Iterator[Advice]:
    """What of the page's address and headers stands in the way. Of a pasted page only what stands in it is judged."""
    if url is not None:
        yield from _address(url, hops, expected)
    if not found.can_show:
        return
    yield from _policies(page, found, expected, url or "https://pasted.invalid/")
    isolation = page.headers.get("cross-origin-embedder-policy", "").split(";")[0].strip().lower()
    if isolation in ISOLATING:
        yield broken(
            "isolated", f"The page isolates itself (embedder policy {isolation}), so browsers refuse the frame.",
            "Send that header on other pages only. Until then visitors have the link, which works.",
        )  # fmt: skip


def _address(url: str, hops: Sequence[str], expected: Expected) -> Iterator[Advice]:
    origin = origin_of(url)
    others = [hop for hop in hops if origin_of(hop) != origin]
    if others:
        yield note(
            "led_elsewhere", f"{origin_of(others[0])} leads on to {origin}, which is the site that was looked at."
        )
    if origin not in map(origin_of, expected.allowed_sites):
        yield broken(
            "site_not_allowed", f"{origin} is not among the sites that may show this clinic’s booking page.",
            f'Add "{origin}" to allowed_sites, exactly so.',
        )  # fmt: skip
    if urlsplit(url).scheme == "http" and not _is_local(urlsplit(url).hostname or ""):
        yield risk(
            "not_https", "The page comes over http: anybody on the way can change it, the booking button included.",
            "Serve the site over https and send visitors of http there.",
        )  # fmt: skip


def _policies(page: Page, found: SnippetTags, expected: Expected, url: str) -> Iterator[Advice]:
    for policy in policies_of(page):
        for script in found.scripts:
            if not allows(policy, SCRIPTS, address_of(script), page_url=url, nonce=script.get("nonce")):
                yield broken("policy_refuses_script", "The page’s content security policy refuses the script.", (
                    "Give the script the page’s nonce." if trusts_by_nonce(policy)
                    else f"Add to script-src: {expected.base_url}/embed.js"
                ))  # fmt: skip
                break
        if not allows(policy, FRAMES, expected.booking_url, page_url=url):
            yield broken(
                "policy_refuses_frame", "The page’s content security policy refuses the frame of the booking page.",
                f"Add to frame-src: {expected.base_url}",
            )  # fmt: skip
        if "sandbox" in policy and not {"allow-scripts", "allow-same-origin", "allow-forms"} <= set(policy["sandbox"]):
            yield broken(
                "page_sandboxed", "The page puts itself and its frames into a sandbox in which nobody can book.",
                "Add to sandbox: allow-scripts allow-same-origin allow-forms allow-popups",
            )  # fmt: skip


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
