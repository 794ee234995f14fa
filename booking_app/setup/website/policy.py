"""Whether a page's content security policies let the loader and the frame through."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from booking_app.setup.website.page import Page

Policy = dict[str, list[str]]
SCRIPTS = ("script-src-elem", "script-src", "default-src")
FRAMES = ("frame-src", "child-src", "default-src")


def policies_of(page: Page) -> list[Policy]:
    """Every policy in force, of headers and of the page itself; those that only report are not."""
    texts = [*page.headers.get("content-security-policy", "").split(","), *page.metas("content-security-policy")]
    return [policy for policy in map(_parsed, texts) if policy]


def allows(policy: Policy, kinds: Sequence[str], url: str, *, page_url: str, nonce: str = "") -> bool:
    """Whether the policy lets the URL be loaded; `kinds` are the directives that speak of it, the first one decides."""
    sources = next((policy[kind] for kind in kinds if kind in policy), None)
    if sources is None:
        return True
    if nonce and f"'nonce-{nonce}'" in sources:
        return True
    if "'strict-dynamic'" in sources and kinds is SCRIPTS:
        return False
    return any(_matches(source, url, page_url) for source in sources)


def trusts_by_nonce(policy: Policy) -> bool:
    sources = next((policy[kind] for kind in SCRIPTS if kind in policy), [])
    return any(source.startswith("'nonce-") for source in sources)


def _parsed(text: str) -> Policy:
    """Directive -> sources; of two directives of one name the first counts, as in browsers."""
    found: Policy = {}
    for part in text.split(";"):
        words = part.split()
        if words:
            found.setdefault(words[0].lower(), words[1:])
    return found


def _matches(source: str, url: str, page_url: str) -> bool:
    target, here = urlsplit(url), urlsplit(page_url)
    if source == "*":
        return True
    if source == "'self'":
        return (target.scheme, target.netloc) == (here.scheme, here.netloc)
    if source.startswith("'"):
        return False
    if source.endswith(":"):
        return source[:-1].lower() in _schemes(target.scheme)
    scheme, _, rest = source.rpartition("://")
    allowed = urlsplit(f"//{rest}")
    return (
        (not scheme or scheme.lower() in _schemes(target.scheme))
        and _is_host(allowed.netloc.lower(), target.netloc.lower())
        and _is_path(allowed.path, target.path)
    )


def _schemes(scheme: str) -> Iterable[str]:
    """A source that names http lets https through as well."""
    return (scheme, "http") if scheme == "https" else (scheme,)


def _is_host(allowed: str, host: str) -> bool:
    allowed = allowed.removesuffix(":*")
    if allowed.startswith("*."):
        return host.endswith(allowed[1:])
    return allowed == host or allowed.removesuffix(":443") == host


def _is_path(allowed: str, path: str) -> bool:
    if allowed in ("", "/"):
        return True
    return path.startswith(allowed) if allowed.endswith("/") else path == allowed
