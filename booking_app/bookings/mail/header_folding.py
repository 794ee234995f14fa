"""How header values become lines.

Python's own folding drops the quotation marks of a long name, and with them its sense: of `Smith, Jones and Partners …`
it made an address `Smith` and another one.
"""

from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy
from typing import Any

LONGEST_PLAIN = 60  # of a text that fits its line as it stands
LINE = 75


class FoldingPolicy(EmailPolicy):
    """ASCII lines that every program puts together again to what was meant, whatever stands in a name or a subject."""

    def fold(self, name: str, value: Any) -> str:
        folded = _folded(name, value)
        return super().fold(name, value) if folded is None else f"{name}: {folded}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        folded = _folded(name, value)
        if folded is None:
            return super().fold_binary(name, value)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


def _folded(name: str, value: Any) -> str | None:
    if name.lower() in ("from", "reply-to", "to"):
        return ",\r\n ".join(_mailbox(address) for address in value.addresses)
    if name.lower() == "subject":
        return _words(str(value), first=len(name) + 2)
    return None


def _mailbox(address: Address) -> str:
    if not address.display_name:
        return address.addr_spec
    name = address.display_name
    if _is_plain(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"\r\n <{address.addr_spec}>'
    return f"{_encoded(name, first=10)}\r\n <{address.addr_spec}>"


def _words(text: str, *, first: int) -> str:
    return text if _is_plain(text) and "=?" not in text else _encoded(text, first=first)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and len(text) <= LONGEST_PLAIN and "=?" not in text


def _encoded(text: str, *, first: int) -> str:
    """Encoded words of RFC 2047, none of them longer than a line; `first` places of the first line are taken."""
    return Header(text, "utf-8", maxlinelen=LINE, header_name="x" * first).encode(linesep="\r\n")
