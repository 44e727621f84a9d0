"""The words of mails: staff's or the shop's own, with names filled in, and nothing else done to them."""

from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError

from shop.mail.kinds import find, kinds
from shop.mail.letters import Contents
from shop.mail.rendering import compose
from shop.mail.wording import Words, check_names, default_words, fill, words_of
from shop.models import Wording

EVERY_KIND = [
    *("confirmation", "has_come", "ready", "moved", "dispatched", "cancelled", "called_off", "expired"),
    *("return_asked", "return_received", "return_refused", "paid", "payment_failed", "refunded", "restock"),
]


def test_every_kind_of_mail_is_known():
    assert sorted(kind.code for kind in kinds()) == sorted(EVERY_KIND)


@pytest.mark.parametrize("code", EVERY_KIND)
def test_the_shops_own_words_have_every_name_that_they_use(code):
    kind = find(code)
    words = default_words(kind)
    for text in (words.subject, words.opening, words.closing):
        check_names(text, kind.known)
    assert len(words.subject) <= Wording._meta.get_field("subject").max_length


@pytest.mark.parametrize("code", EVERY_KIND)
def test_every_name_that_is_offered_is_filled_in(code):
    kind = find(code)
    all_names = " ".join(f"{{{name}}}" for name in kind.known)
    letter = compose(kind.example(), Words(all_names, all_names, all_names))
    assert "{" not in letter.subject and "{" not in letter.text


@pytest.mark.parametrize("code", EVERY_KIND)
def test_an_example_looks_the_same_as_text_and_as_html(code):
    kind = find(code)
    contents = kind.example()
    letter = compose(contents, default_words(kind))

    for block in contents.blocks:
        for item in getattr(block, "items", ()):
            assert item.title in letter.text and item.title in letter.html
            assert item.amount in letter.text and item.amount in letter.html
        if block.name == "link":
            assert block.url in letter.text and f'href="{block.url}"' in letter.html
    assert letter.text.endswith("\n\nEndpaper\n")


class Tags(HTMLParser):
    """What an HTML text consists of."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.styles = set(), set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.styles += [value for name, value in attrs if name == "style"]

    def handle_data(self, data):
        if self.lasttag == "style":
            self.styles.append(data)


@pytest.mark.parametrize("code", EVERY_KIND)
def test_the_html_loads_nothing_and_runs_nothing(code):
    kind = find(code)
    found = Tags(compose(kind.example(), default_words(kind)).html)

    assert found.tags <= {
        *(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "div",
            "h1",
            "h2",
            "p",
            "br",
            "a",
            "span",
            "strong",
        ),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert found.attributes <= {
        *("lang", "charset", "name", "content", "style", "class", "href", "scope", "role", "aria-label"),
    }
    assert found.styles and not any("url(" in style or "@import" in style for style in found.styles)


def test_names_are_looked_up_and_nothing_is_evaluated():
    words = "{name}, {% now 'Y' %} {name.__class__} {0} {shop}"
    assert fill(words, {"name": "Ada {shop}"}) == "Ada {shop}, {% now 'Y' %} {name.__class__} {0} Endpaper"


def test_what_a_customer_is_called_is_text_in_the_html():
    contents = Contents(values={"name": "<b>Ada</b> & {shop}"}, blocks=[])
    letter = compose(contents, Words("For {name}", "Dear {name}", ""))

    assert letter.text.startswith("Dear <b>Ada</b> & {shop}")
    assert "Dear &lt;b&gt;Ada&lt;/b&gt; &amp; {shop}" in letter.html


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Dear {nam}", "{nam}"),
        ("Dear {name", "{name"),
        ("Dear name}", "}"),
        ("{{name}}", "{"),
        ("{name.__class__}", "{name.__class__}"),
        ("{}", "{}"),
        ("{% now 'Y' %}", "{% now 'Y' %}"),
    ],
)
def test_what_would_stand_in_the_mail_as_it_is_is_refused_by_name(text, wrong):
    with pytest.raises(ValidationError) as refused:
        check_names(text, ["shop", "name"])
    (message,) = refused.value.messages
    assert f"nothing to put in for {wrong}" in message and message.endswith("is one of: {shop}, {name}.")


def test_staffs_words_stand_where_there_are_some():
    kind = find("confirmation")
    own = default_words(kind)

    words = words_of(kind, Wording(kind="confirmation", opening="Hi {name}!", closing="  "))

    assert words == Words(own.subject, "Hi {name}!", own.closing)
    assert words_of(kind, None) == own


def test_a_subject_is_one_line_of_sensible_length():
    words = Words("{a}", "", "").filled({"a": "one\r\ntwo\tthree " + "x" * 300})

    assert words.subject.startswith("one two three xxx") and words.subject.endswith("x…")
    assert len(words.subject) == 200
