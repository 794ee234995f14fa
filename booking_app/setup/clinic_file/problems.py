"""What is wrong with a clinic's file: where, and what is allowed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]
MOST_PROBLEMS = 200  # that are told at once


@dataclass(frozen=True, order=True)
class Problem:
    """One problem. Without a line it concerns the file as a whole."""

    line: int
    sentence: str
    file: str

    def __str__(self) -> str:
        where = f"{self.file} line {self.line}" if self.line else self.file
        return f"{where}: {self.sentence}"


class ClinicFileInvalid(Exception):
    """A clinic's file that cannot be imported. The message has one line a problem, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems))[:MOST_PROBLEMS])
        super().__init__("\n".join(map(str, self.problems)))


class Notes:
    """Collects the problems of one file. A path is the keys and places that lead to a value."""

    def __init__(self, file: str, lines: Mapping[Path, int]) -> None:
        self._file = file
        self._lines = lines
        self._places: dict[str, Sequence[int]] = {}
        self.problems: list[Problem] = []

    def add(self, path: Path, sentence: str) -> None:
        """Note a problem at the value, or where there is none at the nearest thing around it."""
        while path and path not in self._lines:
            path = path[:-1]
        self.problems.append(Problem(self._lines.get(path, 0), sentence, self._file))

    def remember_places(self, section: str, places: Sequence[int]) -> None:
        """Where in the file the entries of a list stand that could be read; the others are left out of the list."""
        self._places[section] = places

    def add_at(self, section: str, entry: int, key: str, sentence: str) -> None:
        """Note a problem at a key of an entry of a list, counted among those that could be read."""
        self.add((section, self._places[section][entry], key), sentence)
