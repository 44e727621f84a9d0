"""What the index keeps of a book.

A document is one edition. Its words are in fields by what they are words of, for a word of a title says more than
one of a description. What a list is filtered and counted by is in fast fields; so is what it is sorted by, each
sort key a number or text that no other book has, with the book's own key in it.
"""

from functools import cache

import tantivy

VERSION = 5  # of the schema and of what documents.py puts into it: another number has every host rebuild

# Fields of words.
TITLE, SUBTITLE, AUTHOR, CREDIT = "title", "subtitle", "author", "credit"
SERIES, PUBLISHER, TOPIC, DESCRIPTION = "series", "publisher", "topic", "description"
# The same words, of books that have sold lately only: suggestions look there first.
SOLD = {TITLE: "sold_title", AUTHOR: "sold_author", SERIES: "sold_series"}
WORDS = (TITLE, SUBTITLE, AUTHOR, CREDIT, SERIES, PUBLISHER, TOPIC, DESCRIPTION)

# Whole texts, in their canonical form.
ISBN = "isbn"
WHOLE_TITLE, WHOLE_AUTHOR, WHOLE_SERIES = "whole_title", "whole_author", "whole_series"
SERIES_OPENS = "series_opens"  # the series, for the first book of it
TITLE_BEGINS = "title_begins"  # the title's first word, its first two words, and so on

# Keys and flags, for filters.
KEY, WORK, LISTED, ON_SALE = "key", "work", "listed", "on_sale"
SUBJECTS, PEOPLE, PUBLISHER_KEY, SERIES_KEY = "subjects", "people", "publisher_key", "series_key"
FORMAT, LANGUAGE, IN_STOCK, PENCE, BAND, YEAR, YEARS = (
    *("format", "language", "in_stock", "pence", "band", "year", "years"),
)
WEIGHT = "weight"  # how much a book's sales lift its score
SHOWN = "shown"  # what suggestions show of it, as JSON; corrections read its words

# Sort keys, and beside each the slice of all books in that order that it lies in (see ordering.py).
BY_TITLE, BY_PRICE, BY_YEAR, BY_ADDED = "by_title", "by_price", "by_year", "by_added"
TITLE_PARTS = (
    "title_1",
    "title_2",
    "title_3",
    "title_4",
)  # eight bytes of the sort title each: text is slow to sort
SORT_KEYS = (BY_TITLE, BY_PRICE, BY_YEAR, BY_ADDED)


def slice_of(sort_key: str) -> str:
    """The field that says in which slice of an order a book lies."""
    return f"{sort_key}_slice"


@cache
def schema() -> tantivy.Schema:
    """The index's fields."""
    builder = tantivy.SchemaBuilder()
    for field in WORDS:
        option = "position" if field == TITLE else "basic"
        builder.add_text_field(field, tokenizer_name="words", index_option=option)
    for field in SOLD.values():
        builder.add_text_field(field, tokenizer_name="words", index_option="basic")
    for field in (ISBN, WHOLE_TITLE, WHOLE_AUTHOR, WHOLE_SERIES, SERIES_OPENS, TITLE_BEGINS):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in (LISTED, ON_SALE, IN_STOCK):
        builder.add_boolean_field(field, indexed=True, fast=True)
    for field in (KEY, WORK, SUBJECTS, BAND, YEARS, PENCE, *map(slice_of, SORT_KEYS)):
        builder.add_unsigned_field(field, indexed=True, fast=True)
    for field in (PEOPLE, PUBLISHER_KEY, SERIES_KEY):
        builder.add_unsigned_field(field, indexed=True)
    for field in (FORMAT, LANGUAGE):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field(YEAR, indexed=True, fast=True)
    builder.add_float_field(WEIGHT, fast=True)
    for field in (*TITLE_PARTS, BY_PRICE, BY_YEAR, BY_ADDED):
        builder.add_unsigned_field(field, fast=True)
    builder.add_bytes_field(SHOWN, stored=True)
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Have the index split words at spaces only: words.py has made them before."""
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("words", words)
