"""A script pinned to its bytes (subresource integrity): is it a release of ours, and are these its bytes?"""

from collections.abc import Iterator

from booking_app.setup.website.advice import Advice, broken, note, risk
from booking_app.setup.website.expected import Expected
from booking_app.setup.website.page import Tag
from booking_app.setup.website.releases import Release, newest
from booking_app.setup.website.snippet_tags import SnippetTags, version_of


def check_pins(found: SnippetTags, expected: Expected) -> Iterator[Advice]:
    """Unknown versions, wrong sums, sums on an address whose bytes change, and older versions."""
    for script in found.scripts:
        yield from _check(script, expected)


def _check(script: Tag, expected: Expected) -> Iterator[Advice]:
    version, latest = version_of(script), newest(expected.releases)
    release = expected.releases.get(version) if version else None
    if version is None:
        if script.get("integrity"):
            yield broken(
                "pinned_newest", "The script is pinned to its bytes, at an address whose bytes change.",
                _tag(latest, expected),
            )  # fmt: skip
        return
    if release is None:
        yield broken("unknown_version", f"There is no version {version} of the script.", _tag(latest, expected))
        return
    if script.get("integrity") and release.integrity not in script.get("integrity").split():
        yield broken(
            "wrong_sum", f"The sum beside version {version} is not that of its bytes.", _tag(release, expected)
        )
    elif script.get("integrity") and not script.has("crossorigin"):
        yield broken(
            "pin_without_crossorigin", "A pinned script from another site also needs the attribute crossorigin.",
            _tag(release, expected),
        )  # fmt: skip
    elif not script.get("integrity"):
        yield risk(
            "version_not_pinned", f"Version {version} is named and its bytes are not pinned.", _tag(release, expected)
        )
    if release is not latest:
        yield note("older_version", f"The script is version {version}; the newest is {latest.version}.")


def _tag(release: Release, expected: Expected) -> str:
    return (
        f'Write: <script async src="{expected.base_url}/{release.file_name}" integrity="{release.integrity}" '
        f'crossorigin="anonymous" data-clinic="{expected.slug}"></script>'
    )
