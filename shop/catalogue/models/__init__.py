"""The catalogue: books as editions of works, who made and published them, what they are about, what the trade says."""

from .books import Book, BookQuerySet, BookSubjectCode, Contribution
from .changes import BookChange
from .contributors import Contributor
from .feeds import FeedImport, FeedNote, FeedRecord
from .publishers import Publisher
from .sales import Companion, SalesRank, StaffPick
from .subjects import DEFAULT_COLOUR, Subject, SubjectCode, SubjectQuerySet
from .trade import BookText, ProductRelation, Supplier, SupplierPrice
from .works import Series, Work, WorkIdentifier

__all__ = [
    "DEFAULT_COLOUR",
    "Book",
    "BookChange",
    "BookQuerySet",
    "BookSubjectCode",
    "BookText",
    "Companion",
    "Contribution",
    "Contributor",
    "FeedImport",
    "FeedNote",
    "FeedRecord",
    "ProductRelation",
    "Publisher",
    "SalesRank",
    "Series",
    "StaffPick",
    "Subject",
    "SubjectCode",
    "SubjectQuerySet",
    "Supplier",
    "SupplierPrice",
    "Work",
    "WorkIdentifier",
]
