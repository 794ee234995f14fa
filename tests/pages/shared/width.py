"""Whether a page fits its window in a real browser, also with names nobody would think of."""

from playwright.sync_api import Page

NAME = 120  # characters without a space: a service, a clinic, a file may be called so
# What a page says is replaced by such names for a moment, but for what only we write.
TOO_WIDE = """(length) => {
  const ours = "button, select, option, textarea, script, style, summary, nav, time, .skip, .state, .bar-person, "
    + ".progress";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), kept = [];
  const wide = () => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".choices ul, .table-wide"))
    .map((one) => one.tagName + "." + one.className);
  const asItIs = wide();
  while (length && walk.nextNode()) {
    const node = walk.currentNode;
    if (node.data.trim() && !node.parentElement.closest(ours)) kept.push([node, node.data]);
  }
  kept.forEach(([node]) => { node.data = "W".repeat(length); });
  const withNames = wide();
  kept.forEach(([node, words]) => { node.data = words; });
  return [asItIs, withNames];
}"""

# A marker stands left of its line: where a list leaves it no room it lies over what is there or outside of the window.
MARKERS = """() => [...document.querySelectorAll("main li")].filter((line) => {
  const style = getComputedStyle(line), list = line.parentElement;
  if (style.display !== "list-item" || style.listStyleType === "none" || style.listStylePosition === "inside")
    return false;
  const letters = list.tagName === "OL" ? String(list.children.length).length + 1 : 1;
  const room = line.getBoundingClientRect().left - list.getBoundingClientRect().left;
  return line.getClientRects().length > 0 && room < letters * parseFloat(style.fontSize) * 0.6 + 6;
}).map((line) => line.outerHTML.slice(0, 80))"""


def too_wide(page: Page, *, with_names: bool = True) -> list[str]:
    """What sticks out to the right of the window, as the page is and with a name of 120 letters in each place."""
    as_it_is, named = page.evaluate(TOO_WIDE, NAME if with_names else 0)
    return [*as_it_is, *(f"{one} with a long name" for one in named)]


def crowded_markers(page: Page) -> list[str]:
    """The lines of lists whose bullet or number has no room beside them."""
    return list(page.evaluate(MARKERS))
