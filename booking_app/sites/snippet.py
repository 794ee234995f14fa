"""The lines a clinic pastes into its own site."""

from markupsafe import Markup


def snippet(*, base_url: str, slug: str) -> str:
    """A real link that books by itself, and the script that turns it into the booking page in place.

    The link text is for the clinic to change. The attributes on the script keep optimisers from delaying it.
    """
    return str(
        Markup(
            '<a href="{base_url}/b/{slug}" data-clinic="{slug}">Book an appointment</a>\n'
            '<script async src="{base_url}/embed.js" data-clinic="{slug}" data-no-optimize="1" data-cfasync="false">'
            "</script>"
        ).format(base_url=base_url, slug=slug)
    )
