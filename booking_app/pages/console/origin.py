"""Whether a change was sent from one of our own pages, by what browsers say of where a form was sent from.

The token of the session is asked for besides, always. This catches who could plant a session of their own in somebody's
browser (a hostile neighbour domain, a network without encryption), for whom the token would be no obstacle.
"""

from urllib.parse import urlsplit

from flask import Request

OWN = ("same-origin", "none")  # "none": the person did it by a means of the browser, not a page of somebody's


def is_from_our_pages(request: Request, base_url: str) -> bool:
    """Whether every header that says where the request comes from names our own origin.

    A header that is missing, and `Origin: null`, say nothing: extensions and referrer policies take them away.
    `Sec-Fetch-Site` cannot be taken away by a page, and every browser of today sends it over https.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in OWN:
        return False
    ours = {_origin(base_url), _origin(request.host_url)}
    origin, referrer = request.headers.get("Origin"), request.headers.get("Referer")
    if origin is not None and origin != "null":
        return _origin(origin) in ours
    return not referrer or _origin(referrer) in ours


def _origin(address: str) -> str:
    """`scheme://host[:port]` of an address, in small letters; something that no page has where it cannot be read."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "unreadable"
    return f"{parts.scheme}://{parts.netloc}".lower()
