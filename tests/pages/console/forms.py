"""What a browser would send back from a form that nobody touched."""

from html.parser import HTMLParser


class FormReader(HTMLParser):
    """Reads the values of the one form whose action ends as wanted."""

    def __init__(self, html: str, ending: str) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, list[str]] = {}
        self._ending = ending
        self._is_inside = False
        self._select = ""
        self._options: list[tuple[str, bool]] = []
        self._area: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = given.get("action", "").endswith(self._ending)
        if not self._is_inside:
            return
        if tag == "input":
            self._input(given)
        elif tag == "select":
            self._select, self._options = given["name"], []
        elif tag == "option":
            self._options.append((given["value"], "selected" in given))
        elif tag == "textarea":
            self._area = given["name"]
            self.values[self._area] = [""]

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "textarea" and self._area is not None:
            # A browser leaves out the first line end and sends the others as two characters.
            text = self.values[self._area][0].removeprefix("\r").removeprefix("\n")
            self.values[self._area] = [text.replace("\r\n", "\n").replace("\n", "\r\n")]
            self._area = None
        elif tag == "select" and self._select:
            chosen = [value for value, is_chosen in self._options if is_chosen]
            self.values[self._select] = chosen[:1] or [self._options[0][0]]
            self._select = ""

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("file", "submit") or (kind in ("checkbox", "radio") and "checked" not in given):
            return
        self.values.setdefault(given["name"], []).append(given.get("value", "on"))


def untouched(html: str, ending: str) -> dict[str, list[str]]:
    """The values of that form as they stand; fails where there is no such form."""
    values = FormReader(html, ending).values
    assert "csrf_token" in values, f"no form to {ending}"
    return values
