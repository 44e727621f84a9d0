"""A long message is read by a process of its own: what it hands over, and how both of them end."""

import io
import os
import signal
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from shop.catalogue.onix import ahead, importing
from shop.catalogue.onix.reading import UnreadableMessage
from shop.catalogue.onix.taking import take_records
from shop.catalogue.onix.wanted import Terms
from shop.models import FeedImport
from tests.makers import make_isbn
from tests.onix_messages import product, write


@pytest.fixture(autouse=True)
def every_message_is_long(monkeypatch):
    monkeypatch.setattr(ahead, "WORTH_IT", 0)


def readers() -> set[int]:
    """The processes that this one has begun and that are still there."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
    return {int(pid) for pid in children.split()}


def test_another_process_reads_what_this_one_would(tmp_path):
    feed = write(tmp_path / "feed.xml", *(product(make_isbn()) for _ in range(120)), "<Product/>")
    terms = Terms.now()

    here = list(take_records(feed, position=7, terms=terms))

    assert len(here) == 114
    assert list(map(repr, ahead.take_ahead(feed, position=7, terms=terms))) == list(map(repr, here))


def test_what_is_wrong_with_the_file_is_told_after_the_records_before_it(tmp_path):
    feed = write(tmp_path / "feed.xml", *(product(make_isbn()) for _ in range(3)))
    feed.write_bytes(feed.read_bytes()[:-200])
    records = ahead.take_ahead(feed, position=0, terms=Terms.now())

    assert [next(records)[1].line for _ in range(2)]
    with pytest.raises(UnreadableMessage, match="line"):
        list(records)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UnreadableMessage, match="cannot be opened"):
        list(ahead.take_ahead(tmp_path / "nowhere.xml", position=0, terms=Terms.now()))


def test_a_reader_that_is_killed_is_told_in_words(tmp_path):
    feed = write(tmp_path / "feed.xml", *(product(make_isbn()) for _ in range(2000)))
    before = readers()
    records = ahead.take_ahead(feed, position=0, terms=Terms.now())
    next(records)
    for reader in readers() - before:
        os.kill(reader, signal.SIGKILL)

    with pytest.raises(UnreadableMessage, match="ended from outside"):
        list(records)


@pytest.mark.parametrize("read", [0, 1, 5, 1000])
def test_it_may_be_killed_in_the_middle_of_what_it_hands_over(tmp_path, read):
    handed_over: list[bytes] = []
    feed = write(tmp_path / "feed.xml", *(product(make_isbn()) for _ in range(5)))
    ahead.hand_over(feed, position=0, terms=Terms.now(), give=handed_over.append)

    with pytest.raises(ahead.ReaderEnded):
        list(ahead._handed_over(io.BytesIO(b"".join(handed_over)[:read])))


def test_an_import_whose_reader_was_killed_goes_on_with_the_same_file(
    transactional_db, tmp_path, monkeypatch
):
    def killed_after(count, path, **options):
        yield from islice(take_ahead(path, **options), count)
        raise ahead.ReaderEnded("killed")

    take_ahead = ahead.take_ahead
    monkeypatch.setattr(importing, "BATCH", 2)
    monkeypatch.setattr(importing, "take_ahead", partial(killed_after, 5))
    feed = write(tmp_path / "feed.xml", *(product(make_isbn()) for _ in range(8)))
    with pytest.raises(CommandError):
        call_command("import_onix", feed)
    monkeypatch.setattr(importing, "take_ahead", take_ahead)
    call_command("import_onix", feed)

    assert list(FeedImport.objects.values_list("status", "position", "added")) == [("done", 8, 8)]


def test_nobody_reads_on_once_the_rest_is_not_wanted(tmp_path):
    feed = write(tmp_path / "feed.xml", *(product(make_isbn()) for _ in range(2000)))
    before = readers()
    records = ahead.take_ahead(feed, position=0, terms=Terms.now())
    next(records)
    assert readers() - before

    records.close()

    assert readers() == before
