"""The tree of subjects, read in one query: a shop has some dozens of them, and every list shows them."""

from collections.abc import Iterator, Mapping
from typing import Self

from .models import Subject


class SubjectTree:
    """All subjects in the order of the tree, each after the one it is part of."""

    def __init__(self, subjects: list[Subject]) -> None:
        self.by_path = {subject.path: subject for subject in subjects}

    @classmethod
    def load(cls) -> Self:
        """Today's tree; branches in the order of their names in addresses."""
        return cls(sorted(Subject.objects.order_by(), key=lambda subject: subject.path.split("/")))

    def with_books(self, books: Mapping[object, int] | None) -> Self:
        """What there is to buy something on, as `search.books_on` counts it; the whole tree where nobody has counted.

        A feed's codes may bring a subject of which no book is on sale.
        """
        return self if books is None else type(self)([subject for subject in self if books.get(subject.pk)])

    def __iter__(self) -> Iterator[Subject]:
        return iter(self.by_path.values())

    def get(self, path: str) -> Subject | None:
        """The subject of that path."""
        return self.by_path.get(path)

    def roots(self) -> list[Subject]:
        """The subjects that are part of no other."""
        return [subject for subject in self if "/" not in subject.path]

    def children(self, subject: Subject) -> list[Subject]:
        """The subjects right below this one."""
        return [each for each in self if each.path.rpartition("/")[0] == subject.path]

    def branch(self, subject: Subject) -> list[Subject]:
        """The subject and everything below it."""
        return [each for each in self if f"{each.path}/".startswith(f"{subject.path}/")]

    def trail(self, subject: Subject) -> list[Subject]:
        """What the subject is part of, from the top of the tree down, without itself."""
        return [s for path in subject.ancestor_paths if (s := self.get(path))]
