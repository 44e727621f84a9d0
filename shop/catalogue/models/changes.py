"""What the search index has yet to learn."""

from django.db import models
from django.utils import timezone


class BookChange(models.Model):
    """A book has changed, or with no book all of them may have: every host's search index reads these.

    The key is a plain number: a change outlives its book.
    """

    book_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.book_id or 'all'} at {self.at}"
