"""Publishers' feeds in the admin: uploaded, looked at, brought in beside the pages, stopped, gone on with."""

import csv
import gzip
import io
import os
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from shop.catalogue import intake
from shop.catalogue.onix import importing, uploading
from shop.catalogue.onix.exporting import export_onix
from shop.models import Book, FeedImport
from shop.tasks import enqueue_long
from tests.makers import make_book, make_stock_keeper

pytestmark = pytest.mark.django_db

ADD = "/admin/shop/feedimport/add/"
Status = FeedImport.Status


@pytest.fixture
def staff(client):
    client.force_login(make_stock_keeper())
    return client


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.INTAKE_ROOT = tmp_path / "intake"
    return settings.INTAKE_ROOT


@pytest.fixture(autouse=True)
def started(monkeypatch):
    """What would have been started in a process of its own."""
    commands: list[list[str]] = []
    monkeypatch.setattr("shop.tasks.start_process", commands.append)
    return commands


@pytest.fixture
def post(staff, django_capture_on_commit_callbacks):
    """Post as staff do, with all that happens after the commit."""

    def does(address, data=None):
        with django_capture_on_commit_callbacks(execute=True):
            return staff.post(address, data or {}, follow=True)

    return does


def message(*titles, **fields):
    """A feed that has these books, which the shop does not have any more."""
    books = [make_book(title, stock=0, **fields) for title in titles]
    file = BytesIO()
    export_onix(file)
    Book.objects.filter(pk__in=[book.pk for book in books]).delete()
    return file.getvalue()


def upload(post, content, *, look=False, name="feed.xml"):
    return post(ADD, {"feed": SimpleUploadedFile(name, content), "is_dry_run": "1" if look else "0"})


def address(run, what):
    return f"/admin/shop/feedimport/{run.pk}/{what}/"


def page(client, run):
    return client.get(address(run, "change"))


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


def go_silent(run):
    """As if its process had been killed some time ago."""
    long_ago = timezone.now() - timedelta(hours=1)
    FeedImport.objects.filter(pk=run.pk).update(updated_at=long_ago, asked_at=long_ago)


# --- All the way


def test_an_uploaded_feed_is_brought_in_beside_the_pages(staff, post, started):
    content = message("Emma", "Persuasion")
    response = upload(post, content)
    run = FeedImport.objects.get()
    assert response.redirect_chain == [(address(run, "change"), 302)]
    assert "about to begin" in response.content.decode()
    assert (run.source, run.by.is_staff, run.is_dry_run) == ("feed.xml", True, False)
    assert not Book.objects.exists()
    assert started == [["run_onix_upload", str(run.pk)]]
    call_command(*started[0])
    run.refresh_from_db()
    assert (run.status, run.added, run.upload) == (Status.DONE, 2, "")
    assert {book.title for book in Book.objects.all()} == {"Emma", "Persuasion"}
    html = page(staff, run).content.decode()
    assert "The whole file is in." in html
    assert "hx-get" not in html
    assert not list(intake.folder().iterdir())


def test_a_compressed_feed_comes_in_too(post):
    upload(post, gzip.compress(message("Emma")), name="feed.xml.gz")
    uploading.run_upload(FeedImport.objects.get().pk)
    assert Book.objects.get().title == "Emma"


def test_a_look_changes_nothing_says_what_would_change_and_can_be_brought_in(staff, post, started):
    upload(post, message("Emma"), look=True)
    look = FeedImport.objects.get()
    uploading.run_upload(look.pk)
    assert not Book.objects.exists()
    html = page(staff, look).content.decode()
    assert "Nothing has been changed." in html
    assert "Emma" in html
    response = post(address(look, "bring-in"))
    run = FeedImport.objects.first()
    assert response.redirect_chain == [(address(run, "change"), 302)]
    assert run.pk != look.pk
    call_command(*started[-1])
    assert Book.objects.get().title == "Emma"
    assert not list(intake.folder().iterdir())
    assert "not there any more" in said(post(address(look, "bring-in")))
    assert FeedImport.objects.count() == 2


def test_the_folder_is_the_shops_alone_and_names_are_not_guessed(post):
    upload(post, message("Emma"))
    (file,) = intake.folder().iterdir()
    assert os.stat(intake.folder()).st_mode & 0o777 == 0o700
    assert len(file.stem) == 32


# --- Progress


def test_while_it_is_under_way_its_page_asks_again_and_then_no_more(staff, post):
    upload(post, message("Emma"))
    run = FeedImport.objects.get()
    progress = address(run, "progress")
    assert f'hx-get="{progress}" hx-trigger="every 2s"' in page(staff, run).content.decode()
    FeedImport.objects.update(status=Status.RUNNING, position=500, bytes_total=1000, bytes_read=250)
    answer = staff.get(progress)
    assert answer.status_code == 200
    assert "25% of the file" in answer.content.decode()
    FeedImport.objects.update(status=Status.DONE)
    assert staff.get(progress).status_code == 286


def test_a_runs_page_asks_as_often_however_many_notes_it_has(
    staff, django_assert_num_queries, django_assert_max_num_queries
):
    run = FeedImport.objects.create(source="x", status=Status.DONE)

    def note(numbers):
        for n in numbers:
            run.notes.create(kind="rejected", line=n, reference=f"r{n}", text="no title")

    note(range(5))
    with django_assert_max_num_queries(8) as few:
        page(staff, run)
    note(range(5, 50))
    with django_assert_num_queries(len(few)):
        page(staff, run)


def test_the_list_asks_as_often_for_50_imports_as_for_5(
    staff, django_assert_num_queries, django_assert_max_num_queries
):
    def make(count):
        for _ in range(count):
            FeedImport.objects.create(source="x", by=make_stock_keeper())

    make(5)
    with django_assert_max_num_queries(8) as few:
        staff.get("/admin/shop/feedimport/")
    make(45)
    with django_assert_num_queries(len(few)):
        staff.get("/admin/shop/feedimport/")


# --- Stopping, going on


def stop_after_the_first_batch(monkeypatch, run):
    monkeypatch.setattr(importing, "BATCH", 1)
    original = uploading._stop_if_asked

    def stop(running):
        uploading.ask_to_stop(running)
        original(running)

    with monkeypatch.context() as patched:
        patched.setattr(uploading, "_stop_if_asked", stop)
        uploading.run_upload(run.pk)


def test_a_run_is_stopped_and_goes_on_from_there(staff, post, started, monkeypatch):
    upload(post, message("Emma", "Persuasion", "Sanditon"))
    run = FeedImport.objects.get()
    stop_after_the_first_batch(monkeypatch, run)
    run.refresh_from_db()
    assert (run.status, run.position) == (Status.RUNNING, 1)
    assert Book.objects.count() == 1
    html = page(staff, run).content.decode()
    assert "It has been stopped." in html
    assert "Go on" in html
    post(address(run, "go-on"))
    assert started[1:] == [["run_onix_upload", str(run.pk)]]
    call_command(*started[1])
    run.refresh_from_db()
    assert (run.status, run.added, run.position) == (Status.DONE, 3, 3)


def test_asking_to_stop_is_seen_by_the_run(post):
    upload(post, message("Emma"))
    run = FeedImport.objects.get()
    assert "It stops after the records" in said(post(address(run, "stop")))
    uploading.run_upload(run.pk)
    assert not Book.objects.exists()


def test_the_same_file_uploaded_again_goes_on_with_the_interrupted_run(post, monkeypatch):
    content = message("Emma", "Persuasion")
    upload(post, content)
    run = FeedImport.objects.get()
    stop_after_the_first_batch(monkeypatch, run)
    response = upload(post, content)
    assert response.redirect_chain == [(address(run, "change"), 302)]
    assert len(list(intake.folder().iterdir())) == 1
    uploading.run_upload(run.pk)
    run.refresh_from_db()
    assert (run.status, run.added) == (Status.DONE, 2)
    assert not list(intake.folder().iterdir())


def test_a_run_whose_process_died_is_offered_to_go_on(staff, post):
    upload(post, message("Emma"))
    run = FeedImport.objects.get()
    FeedImport.objects.update(status=Status.RUNNING)
    assert "Go on" not in page(staff, run).content.decode()
    go_silent(run)
    html = page(staff, run).content.decode()
    assert "It was interrupted." in html
    assert "Go on" in html


def test_a_task_that_is_given_out_twice_is_done_once(post):
    upload(post, message("Emma"))
    run = FeedImport.objects.get()
    FeedImport.objects.update(status=Status.RUNNING, updated_at=timezone.now())
    uploading.run_upload(run.pk)  # somebody else has been heard of a moment ago
    assert not Book.objects.exists()
    go_silent(run)
    uploading.run_upload(run.pk)
    uploading.run_upload(run.pk)
    assert Book.objects.count() == 1
    run.refresh_from_db()
    assert (run.added, run.position) == (1, 1)


def test_a_file_that_has_gone_is_missed(staff, post):
    upload(post, message("Emma"))
    run = FeedImport.objects.get()
    intake.forget(run.upload)
    uploading.run_upload(run.pk)
    assert "upload it again" in page(staff, run).content.decode()
    assert "nothing to go on with" in said(post(address(run, "go-on")))


def test_with_a_worker_the_task_has_time_enough(settings, monkeypatch):
    settings.TASKS_NEED_WORKER = True
    asked = []
    monkeypatch.setattr("shop.tasks.async_task", lambda *args, **options: asked.append((args, options)))
    enqueue_long(uploading.run_upload, 7, command=["run_onix_upload", "7"])
    assert asked == [((uploading.run_upload, 7), {"timeout": 12 * 60 * 60})]


# --- What is wrong


def rows(response):
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def test_rejected_records_are_shown_and_handed_out_without_formulas(staff):
    run = FeedImport.objects.create(
        source="x", status=Status.DONE, rejected=1, figures={"rejected": {"no title": 1}}
    )
    run.notes.create(kind="rejected", line=7, reference="=HYPERLINK(1)", text="@no title")
    run.notes.create(kind="new", line=9, reference="r", text="not in the file")
    assert "=HYPERLINK(1)" in page(staff, run).content.decode()
    response = staff.get(f"/admin/shop/feedimport/{run.pk}/rejects.csv")
    assert response["Content-Disposition"] == f'attachment; filename="rejects-{run.pk}.csv"'
    assert rows(response) == [["record reference", "line", "reason"], ["'=HYPERLINK(1)", "7", "'@no title"]]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "The submitted file is empty."),
        (b"hello", None),
        (b"<html></html>", None),
        (b'<ONIXMessage release="2.1"><Product/></ONIXMessage>', "ONIX 2.1"),
        (b'<!DOCTYPE x [<!ENTITY a "aaa">]><ONIXMessage release="3.0">&a;</ONIXMessage>', None),
    ],
)
def test_what_is_no_feed_is_refused_with_a_plain_word(staff, post, content, problem):
    response = upload(post, content)
    run = FeedImport.objects.first()
    if run is None:
        assert problem in response.content.decode()
        return
    uploading.run_upload(run.pk)
    run.refresh_from_db()
    assert run.status == Status.FAILED
    assert run.problem
    html = page(staff, run).content.decode()
    assert "It could not be read to its end." in html
    assert problem is None or problem in html
    assert not list(intake.folder().iterdir())


def test_a_file_that_is_too_large_is_not_kept(post, settings):
    settings.ONIX_UPLOAD_MOST_BYTES = 1024
    response = upload(post, b"x" * 200_000)
    assert "larger than 1.0\xa0KB" in response.content.decode()
    assert not FeedImport.objects.exists()
    assert not intake.folder().exists() or not list(intake.folder().iterdir())


def test_without_a_file_the_form_says_so(staff):
    response = staff.post(ADD, {"is_dry_run": "1"})
    assert "This field is required." in response.content.decode()


def test_feeds_of_long_ago_are_cleared_away(post):
    upload(post, message("Emma"))
    assert intake.forget_left_behind() == 0
    (file,) = intake.folder().iterdir()
    os.utime(file, (0, 0))
    assert intake.forget_left_behind() == 1


# --- Who may


@pytest.mark.parametrize("what", ["stop", "go-on", "bring-in"])
def test_what_is_done_with_a_run_takes_a_post_and_the_right_to_change_it(client, what):
    run = FeedImport.objects.create(source="x")
    user = make_stock_keeper()
    client.force_login(user)
    assert client.get(address(run, what)).status_code == 405
    user.groups.clear()
    user.user_permissions.set(Permission.objects.filter(codename="view_feedimport"))
    client.force_login(user)
    assert client.post(address(run, what)).status_code == 403
    assert client.get(ADD).status_code == 403
    assert page(client, run).status_code == 200
    assert client.post("/admin/shop/feedimport/9999/stop/").status_code == 404
