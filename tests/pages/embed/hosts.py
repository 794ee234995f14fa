"""Clinics' pages as they are found: nine that embed the booking page, each awkward in a way of its own."""

from collections.abc import Mapping

HTML = "text/html; charset=utf-8"
LISTENER = """window.told = []; window.dataLayer = window.dataLayer || [];
for (const type of ["ready", "step", "booked", "close", "error"])
  addEventListener("booking:" + type, (event) => told.push([type, event.detail]));
"""
FILLER = "<p>We look after backs, feet and minds, in one calm building near the water.</p>" * 12
ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
HEADERS: Mapping[str, Mapping[str, str]] = {
    "/isolated": ISOLATED,
    "/coep": {"Cross-Origin-Embedder-Policy": "require-corp"},
}

# Boxes that are as wide as what is in them: a frame without a width of its own is 300 pixels wide there.
SHRINKING: Mapping[str, str] = {
    "/flex": "display:flex",
    "/flex-column": "display:flex;flex-direction:column;align-items:center",
    "/grid": "display:grid;justify-items:center",
    "/inline-block": "display:inline-block",
    "/float": "float:left",
    "/table": "display:table",
}


def link(base: str, options: str = "", text: str = "Book an appointment") -> str:
    return f'<a href="{base}/b/demo" data-clinic="demo" {options}>{text}</a>'


def script(base: str) -> str:
    return f'<script async src="{base}/embed.js" data-clinic="demo" data-no-optimize="1" data-cfasync="false"></script>'


def page(body: str, *, html: str = 'lang="en"', head: str = "") -> tuple[str, str]:
    return HTML, (
        f'<!doctype html><html {html}><head><meta charset="utf-8"><title>Our clinic</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f'{head}<script src="/listener.js"></script></head><body><h1>Our clinic</h1>{body}</body></html>'
    )


def host_pages(base: str) -> dict[str, tuple[str, str | bytes]]:
    """`path -> (media type, body)` of every host page, for the product at `base`."""
    snippet = link(base) + script(base)
    policy = (
        "default-src 'none'; style-src 'none'; img-src data:; "
        f"script-src 'self' {base}/embed.js; frame-src {base}; base-uri 'none'; form-action 'none'"
    )
    refusing = f"default-src 'self'; script-src 'self' {base}"
    sticky = "<style>header{position:sticky;top:0;height:90px;background:#ddd}</style>"
    scroller = "<style>#pane{height:500px;overflow-y:auto;border:1px solid}</style>"
    popups = script(base) + link(base, 'data-mode="popup" data-service="none-such"', "Book now")
    narrow = {name: page(f'<div style="{style}">{snippet}</div>') for name, style in SHRINKING.items()}
    cutting = "<style>iframe{max-height:200px!important;height:150px!important;width:300px!important}</style>"
    caged = f'<iframe sandbox="{{}}" src="{base}/b/demo" title="Book" width="100%" height="700"></iframe>'
    return {
        **narrow,
        "/cutting": page(snippet, head=cutting),
        "/caged": page(caged.format("allow-scripts allow-forms allow-popups")),
        "/listener.js": ("text/javascript", LISTENER),
        "/late.js": ("text/javascript", LATE.replace("BASE", base)),
        "/optimiser.js": ("text/javascript", OPTIMISER),
        "/plain": page(FILLER + snippet + FILLER),
        "/strict": page(FILLER + snippet, head=_policy(policy)),
        "/isolated": page(snippet),
        "/coep": page(snippet),
        "/sticky": page(f"<header>Menu</header>{FILLER}{snippet}{FILLER * 3}", head=sticky),
        "/pane": page(f'<div id="pane">{FILLER}{snippet}{FILLER}</div>', head=scroller),
        "/two": page(
            link(base) + f'<clinic-booking data-clinic="demo" data-label="Second"></clinic-booking>{script(base)}'
        ),
        "/late": page('<div id="place"></div><script src="/late.js"></script>'),
        "/deferred": page(
            link(base)
            + f'<script type="text/delayed" data-src="{base}/embed.js" data-clinic="demo"></script>'
            + '<script src="/optimiser.js"></script>'
        ),
        "/rtl": page(f"<p>מרפאה לדוגמה</p>{snippet}{FILLER}", html='lang="he" dir="rtl"'),
        "/refused": page(snippet, head=_policy(refusing)),
        "/blocked": page(snippet, head=_policy("default-src 'self'")),
        "/popup": page(popups.replace('data-service="none-such"', 'data-consent="granted"') + FILLER * 5),
        "/button": page(link(base, 'data-mode="button"', "Book online") + script(base)),
        "/bare": page(f'<iframe src="{base}/b/demo" title="Book" width="100%" height="700"></iframe>'),
        "/dark": page(FILLER[:400] + snippet, head="<style>body{background:#16202a;color:#eee}</style>"),
        "/cream": page(FILLER[:400] + snippet, head="<style>body{background:#f3e9d8}</style>"),
        "/marked": page(link(base, 'data-landing="on" data-consent="granted"') + script(base)),
        "/empty": page('<div id="place"></div>'),
    }


def _policy(text: str) -> str:
    return f'<meta http-equiv="Content-Security-Policy" content="{text}">'


# A page builder that adds the script first and the place for it afterwards.
LATE = """const script = document.createElement("script");
script.src = "BASE/embed.js";
script.async = true;
script.dataset.clinic = "demo";
script.onload = () => {
  const widget = document.createElement("clinic-booking");
  widget.dataset.clinic = "demo";
  document.getElementById("place").append(widget);
};
document.head.append(script);
"""

# What optimisers do to scripts: hold them back until somebody touches the page, then put copies in their place.
OPTIMISER = """addEventListener("pointermove", () => {
  for (const held of document.querySelectorAll("script[data-src]")) {
    const script = document.createElement("script");
    script.src = held.dataset.src;
    script.dataset.clinic = held.dataset.clinic;
    held.replaceWith(script);
  }
}, {once: true});
"""
