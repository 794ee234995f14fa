"""The least a page can cost: Flask and Jinja over a handful of constants, under the same kind of server.

`/` is a page of the weight and shape of the first booking page (about 3 kB, some forty elements, one stylesheet) in
which nothing is looked up. Every figure about pages is given as a ratio to it, taken in the same run.
"""

from flask import Flask, Response, render_template
from jinja2 import DictLoader

ENTRIES = tuple((f"/entry/{number}", f"Entry number {number} of the list") for number in range(1, 25))
STYLE = "body{font-family:sans-serif;margin:2rem auto;max-width:40rem}li{margin:.5rem 0}"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1>{{ title }}</h1>
<ul>
{% for address, words in entries %}
<li class="entry"><a class="entry-link" href="{{ address }}"><span class="entry-name">{{ words }}</span></a></li>
{% endfor %}
</ul>
</main>
</body>
</html>
"""


def create_app() -> Flask:
    """The application that answers `/` and `/style.css`."""
    app = Flask(__name__, static_folder=None)
    app.jinja_loader = DictLoader({"page.html": PAGE})
    app.add_url_rule("/", "page", lambda: render_template("page.html", title="A trivial page", entries=ENTRIES))
    app.add_url_rule("/style.css", "style", lambda: Response(STYLE, mimetype="text/css"))
    return app
