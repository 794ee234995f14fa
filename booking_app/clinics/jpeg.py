"""Telling a JPEG with nothing in it but its picture. Encoding one again would lose a little each time."""

START, END = b"\xff\xd8", b"\xff\xd9"
JFIF = 0xE0
# Tables, frame headers (baseline, progressive), restart interval. Scans are met by themselves.
PLAIN_MARKERS = frozenset((0xDB, 0xC0, 0xC2, 0xC4, 0xDD))
SCAN = 0xDA
BARE_JFIF_LENGTH = 16


def is_bare_jpeg(content: bytes) -> bool:
    """Whether the file holds no metadata, no comment, no thumbnail and nothing after its end."""
    if not content.startswith(START):
        return False
    place = len(START)
    while place + 4 <= len(content):
        if content[place] != 0xFF:
            return False
        marker = content[place + 1]
        length = int.from_bytes(content[place + 2 : place + 4])
        if marker == SCAN:
            place = _after_scan(content, place + 2 + length)
            if content[place : place + 2] == END:
                return place + 2 == len(content)
        elif marker in PLAIN_MARKERS or (marker == JFIF and length == BARE_JFIF_LENGTH):
            place += 2 + length
        else:
            return False
    return False


def _after_scan(content: bytes, place: int) -> int:
    """Where the next marker stands: in coded data 0xFF is followed by 0 or by a restart marker."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0 or place + 1 >= len(content):
            return len(content)
        if content[place + 1] != 0 and not 0xD0 <= content[place + 1] <= 0xD7:
            return place
        place += 2
