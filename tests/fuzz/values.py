"""What no form would send: texts, numbers, dates, hosts and bodies that break programs."""

import random
from urllib.parse import quote

HUGE = "9" * 40
TEXTS = (
    "", " ", "\0", "a\0b", "\r\nSet-Cookie: x=1", "line\nbreak", "\x1b[31m", "\x7f", "\u200b", "\u202e", "\u3164",
    "é" * 300, "a" * 6_000, "a" * 70_000, "👩‍👩‍👧‍👦", "ﷺ" * 50, "'", '"', "\\", ";", "<script>alert(1)</script>",
    "{{ 7 * 7 }}", "{% raw %}", "%s%n", "%(x)s", "$(id)", "../../../../etc/passwd", "..", ".", "/", "//evil.example",
    "https://[", "http://[::1", "http://x:99999/", "https://evil.example\\@x", "javascript:alert(1)", "data:,x",
    "null", "None", "true", "[]", "{}", "NaN", "Infinity", "-Infinity", "1e309", "1e-400", "0x10", "1_000", "٣", "²",
    "0", "-0", "-1", "1", "2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775809", HUGE,
    f"-{HUGE}", "1.5", ",", "a,b", "1,2,3", "=", "&", "+", "%", "%zz", "*", "x" * 255, "x" * 256,
    "0001-01-01", "9999-12-31", "9999-12-25", "10000-01-01", "2026-02-30", "2026-13-01", "2026-11-24", "2026-W48-2",
    "9999-12-31T23:59:59", "0001-01-01T00:00:00+14:00", "24:00", "-5 days", "29/2/2027",
    "253402300799-p1", "253402300800-p1", "-62135596800-p1", "1-", "-", "1", "1-1-1", f"{HUGE}-1", "1795475400-",
    "-1100001000205902795", "1795475400-1100001000205902795", "1e5-1", "１２-３",
)  # fmt: skip
# As bytes of an address: what is no UTF-8, and halves of characters.
BYTES = (
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"%ED%A0%80",
    b"\x80abc",
    b"%00",
    b"%2e%2e/",
    b"%0d%0aX:1",
    b"%",
    b"\xe2\x82",
)
HOSTS = (
    "x:99999", "[::1", "a b", "a..b", "a" * 64 + ".example", "", ":", "::", "[::1]:80:80", "x:-1", "x:a", "x:", "\xff",
    "é.example", "xn--a", "xn--", "-", "_", ".", "a.", "*.example", "a/b", "a?b", "a#b", "a@b", "user:pw@host", "[",
    "]", "[::1]", "127.1", "0x7f.1", "%41", "a%00b", "a,b", "x" * 300, "localhost:0", "LOCALHOST", "a\tb", "<x>",
    "١.example",
    "a" * 63 + "." + "b" * 63 + "." + "c" * 63 + "." + "d" * 63, "x:" + "9" * 5_000,
)  # fmt: skip
TYPES = (
    "application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "application/xml",
    "multipart/form-data; boundary=x", "application/x-www-form-urlencoded; charset=utf-7", "a/b; charset=\xff", "x", "",
    "application/x-www-form-urlencoded; charset=nonsense", "multipart/form-data; boundary=" + "b" * 300,
)  # fmt: skip
BODIES = (
    b"", b"&" * 5_000, b"=" * 100, b"%" * 100, b"{", b"[" * 3_000, b"\0", b"\xff" * 100, b"a=b&" * 2_000, b"--x",
    b"--x\r\n\r\n", b'--x\r\nContent-Disposition: form-data; name="a"; filename="b.png"\r\n\r\n\x89PNG\r\n--x--',
    b'--x\r\nContent-Disposition: form-data; name="\xff\xfe"\r\nContent-Type: \xff\r\n\r\n\xff\r\n--x--\r\n',
)  # fmt: skip
HEADERS = {
    "Accept": ("*/*", "", "text/html;q=x", "application/json", "\xff", "a/b;" * 500),
    "Accept-Encoding": ("gzip;q=9", "br;q=nan", "*;q=0", "identity;q=0,*;q=0", "", ",,,", "br" * 500),
    "Accept-Language": ("", "*", "de;q=x", "-", "x" * 2_000, "\xff", "en-AU-x-" + "a" * 100, ",;=,", "zz;q=1e9"),
    "Authorization": ("Bearer", "Bearer ", "Basic \xff", "Basic " + "A" * 3, "Bearer \xe9", "x", "Digest username=\""),
    "Content-Length": ("", "-1", "x", HUGE, "0", "1e3", "٣"),
    "Cookie": ("console", "console=", "console=.", "console=" + "a" * 4_000, "\xff=\xff", "console=e30.x.y", "=;;=",
               "console_device=WzFd.x"),
    "Forwarded": ("for=[", "for=\"", "\xff"),
    "HX-Request": ("true", "1", "\xff"),
    "HX-History-Restore-Request": ("true", ""),
    "HX-Target": ("#step", "\xff", "x" * 999),
    "HX-Current-URL": ("https://[", "http://x:99999/", "", "\xff"),
    "If-Modified-Since": ("x", "Thu, 01 Jan 9999 00:00:00 GMT", "Thu, 99 Foo 2026"),
    "If-None-Match": ("*", '"', 'W/"', '"a","b', "\xff"),
    "If-Range": ("x", '"a"'),
    "Origin": ("null", "https://[", "", "\xff", "https://evil.example", "http://x:99999"),
    "Range": ("bytes=0-", "bytes=-", "bytes=9-1", "bytes=" + HUGE + "-", "items=0-1", "bytes=0-0,1-1," * 50, "bytes=x"),
    "Referer": ("https://[", "\xff", "", "http://x:99999/", "x" * 5_000),
    "Sec-Fetch-Site": ("cross-site", "none", "\xff"),
    "Transfer-Encoding": ("chunked", "x"),
    "User-Agent": ("", "\xff" * 50, "x" * 9_000, "\u200b".encode().decode("latin-1")),
    "X-Forwarded-For": ("", ",", "unknown", "[::1", "1.2.3.4:99999", "\xff", "a" * 3_000, "1.2.3.4, , ,",
                        "::ffff:1.2.3.4"),
    "X-Forwarded-Host": HOSTS,
    "X-Forwarded-Proto": ("ftp", "", "https, http", "\xff", "javascript"),
    "X-CSRFToken": ("x", "\xff"),
}  # fmt: skip


def text(rng: random.Random) -> str:
    """One that breaks programs."""
    return rng.choice(TEXTS)


def changed(rng: random.Random, good: str) -> str:
    """A good text with something done to it."""
    at = rng.randint(0, len(good))
    ways = (
        lambda: text(rng),
        lambda: good[:at] + text(rng) + good[at:],
        lambda: good[:at],
        lambda: good * 2,
        lambda: f"{good}{rng.choice(HUGE)}",
        lambda: good.swapcase(),
        lambda: good[::-1],
    )
    return rng.choice(ways)()


def path_part(rng: random.Random, good: str) -> bytes:
    """A part of an address: mostly a good one."""
    if rng.random() < 0.7:
        return good.encode()
    if rng.random() < 0.2:
        return rng.choice(BYTES)
    return changed(rng, good).replace("\r", "").encode("utf-8", "surrogatepass")


def pair(rng: random.Random, name: str, value: str) -> bytes:
    """`name=value` as it stands in an address or a form."""
    if rng.random() < 0.05:
        return quote(name).encode() + b"=" + quote(rng.choice(BYTES)).encode()
    return f"{quote(name)}={quote(value)}".encode()
