"""The lines that a clinic pastes into its own site, in the forms its website can take. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from markupsafe import Markup, escape

Shape = Literal["inline", "button", "floating", "tag", "frame", "link"]
SHAPES: tuple[Shape, ...] = ("inline", "button", "floating", "tag", "frame", "link")
BOOK = "Book an appointment"
# The link as a card as tall as the booking page that takes its place: what stands below does not move when it comes.
SPACE = "display:grid;place-content:center;box-sizing:border-box;min-height:640px;border:1px solid"
# Where the button floats; it keeps to the corner and clear of a phone's own bars.
FLOATING = "position:fixed;right:1rem;bottom:calc(1rem + env(safe-area-inset-bottom));z-index:9999"


@dataclass(frozen=True)
class Builder:
    """A website builder: which shape it takes, and where to put it. Written from its documents."""

    name: str
    shape: Shape
    where: str


BUILDERS = (
    Builder(
        "WordPress", "inline",
        "Add a Custom HTML block and paste the lines. If the script is taken out when you save, ask an administrator, "
        "or use the frame.",
    ),
    Builder(
        "Squarespace", "inline",
        "Add a Code block, set it to HTML and paste the lines. If your plan allows no script, use the frame in an "
        "Embed block.",
    ),
    Builder(
        "Wix", "link",
        "Add a button and give it this link. Wix puts pasted code on a site of its own, where the booking page may "
        "not be shown.",
    ),
    Builder(
        "Webflow", "inline",
        "Add an Embed element and paste the lines. It shows on the published site, not in the designer.",
    ),
    Builder(
        "Google Tag Manager", "tag",
        "Put the first line into the page itself, and the rest into a Custom HTML tag on page view.",
    ),
)  # fmt: skip

SCRIPT = Markup('<script async src="{}/embed.js" data-clinic="{}" data-no-optimize="1" data-cfasync="false"></script>')
# Tag managers drop the data attributes of script tags: this one makes the script itself.
TAG = Markup("""<script>
  (function () {{
    var script = document.createElement("script");
    script.src = {src};
    script.async = true;
    script.setAttribute("data-clinic", {slug});
    document.head.appendChild(script);
  }})();
</script>""")
LINK = Markup('<a href="{url}" data-clinic="{slug}"{more}>{book}</a>\n{script}')
POPUP = Markup(' data-mode="popup"')
STYLE = Markup(' style="{}"')
FRAME = Markup(
    '<iframe src="{url}" title="{book}" height="900" style="width:100%;border:0"></iframe>\n'
    '<p><a href="{url}" target="_blank" rel="noopener">Open the booking page in a new tab</a></p>'
)


def snippet(shape: Shape = "inline", *, base_url: str, slug: str, preselect: Mapping[str, str] | None = None) -> str:
    """The lines for one shape, escaped. `preselect` names what is chosen already: service, practitioner, location or
    category by their ids. Each shape has a real link, so that booking works where nothing else does."""
    chosen = {key: value for key, value in (preselect or {}).items() if value}
    url = f"{base_url}/b/{slug}" + (f"?{urlencode(chosen)}" if chosen else "")
    if shape == "link":
        return str(escape(url))
    if shape == "frame":
        return str(FRAME.format(url=url, book=BOOK))
    data = Markup("").join(Markup(' data-{}="{}"').format(key, value) for key, value in chosen.items())
    looks: Mapping[Shape, Markup] = {"button": POPUP, "floating": POPUP + STYLE.format(FLOATING)}
    more = looks.get(shape, STYLE.format(SPACE)) + data
    script = SCRIPT.format(base_url, slug)
    if shape == "tag":
        script = TAG.format(src=_quoted(f"{base_url}/embed.js"), slug=_quoted(slug))
    return str(LINK.format(url=url, slug=slug, more=more, book=BOOK, script=script))


def _quoted(text: str) -> Markup:
    """A JavaScript string that cannot end the script around it."""
    return Markup(json.dumps(text).replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704
