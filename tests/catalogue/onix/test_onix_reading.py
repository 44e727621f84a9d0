"""ONIX messages as files: encodings, tags, releases, and whatever else is handed in for one."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.catalogue.bookrows import Rejected
from shop.catalogue.onix import reading
from shop.catalogue.onix.dates import day
from shop.catalogue.onix.mapping import read_product
from shop.catalogue.onix.reading import OnixFile, UnreadableMessage
from tests.onix_messages import DUNE, EMMA, described, message, product, published, supplied, text, told

MACMILLAN = Path(__file__).parents[4] / "shared/data/onix-3.0-macmillan-21.xml"

SHORT = f"""<?xml version="1.0"?>
<ONIXmessage release="3.0" xmlns="http://ns.editeur.org/onix/3.0/short">
<header><sender><senderidentifier><m379>06</m379><b244>5012340098745</b244></senderidentifier>
<x298>Short &amp; Co</x298></sender></header>
<product><a001>short-1</a001><a002>03</a002>
<productidentifier><b221>15</b221><b244>{DUNE}</b244></productidentifier>
<descriptivedetail><x314>00</x314><b012>BB</b012><x419>LTE</x419>
<collection><x329>10</x329><titledetail><b202>01</b202><titleelement><x409>02</x409><x410>2</x410>
<b203>Dune Saga</b203></titleelement></titledetail></collection>
<titledetail><b202>01</b202><titleelement><x409>01</x409><b030>The</b030><b031>Desert</b031>
<b029>A tale</b029></titleelement></titledetail>
<contributor><b034>1</b034><b035>A01</b035><b037>Herbert, Frank</b037><b044>Wrote <i>Dune</i>.</b044></contributor>
<language><b253>01</b253><b252>eng</b252></language>
<extent><b218>00</b218><b219>412</b219><b220>03</b220></extent>
<subject><x425/><b067>93</b067><b069>FL</b069></subject>
<audience><b204>01</b204><b206>01</b206></audience></descriptivedetail>
<collateraldetail><textcontent><x426>03</x426><x427>00</x427>
<d104 textformat="05"><p>Sand &amp; spice.</p></d104></textcontent></collateraldetail>
<publishingdetail><imprint><b079>Ace</b079></imprint><publisher><b291>01</b291><b081>Ace Books</b081></publisher>
<b394>04</b394>
<publishingdate><x448>01</x448><b306 dateformat="05">1965</b306></publishingdate></publishingdetail>
<relatedmaterial><relatedproduct><x455>06</x455><productidentifier><b221>15</b221><b244>{EMMA}</b244></productidentifier>
</relatedproduct></relatedmaterial>
<productsupply><market><territory><x449>GB IE</x449></territory></market><supplydetail>
<supplier><j292>01</j292><supplieridentifier><j345>06</j345><b244>5012340098745</b244></supplieridentifier><j137>Gardners</j137>
</supplier><j396>21</j396><price><x462>02</x462><j151>12.5</j151><tax><x470>01</x470><x471>Z</x471><x472>0</x472></tax>
<j152>GBP</j152></price></supplydetail></productsupply></product></ONIXmessage>"""


@pytest.fixture
def put(tmp_path):
    """Writes a file and gives its path."""

    def write(contents: bytes, name: str = "feed.xml") -> Path:
        path = tmp_path / name
        path.write_bytes(contents)
        return path

    return write


def titles(path):
    with OnixFile(path) as file:
        return [
            read_product(record.tree, header=file.header, country="GB").descriptive.title
            for record in file.records()
        ]


def refusal(path):
    """What is said of a file that cannot be read to its end, and how many records came before."""
    count = 0
    with pytest.raises(UnreadableMessage) as problem, OnixFile(path) as file:
        for _record in file.records():
            count += 1
    return str(problem.value), count


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252", "utf-8-sig"])
def test_text_is_read_in_the_encoding_that_the_file_declares(put, encoding):
    declared = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    written = message(product(DUNE, described("Där Wüste – é")), encoding="utf-8").decode()
    if encoding == "iso-8859-1":
        written = written.replace("–", "-")
    path = put(written.replace('encoding="utf-8"', f'encoding="{declared}"').encode(encoding))
    assert titles(path) == ["Där Wüste - é" if encoding == "iso-8859-1" else "Där Wüste – é"]


def test_a_compressed_message_is_read_as_it_is(put):
    assert titles(put(gzip.compress(message(product())), "feed.xml.gz")) == ["Dune"]


@pytest.mark.parametrize("release", ["3.0", "3.1"])
def test_releases_3_0_and_3_1_are_read_with_their_namespace_or_without(put, release):
    written = message(product(), release=release)
    bare = written.replace(b' xmlns="http://ns.editeur.org/onix/3.0/reference"', b"")
    assert titles(put(written)) == titles(put(bare)) == ["Dune"]


def test_short_tags_say_the_same_as_reference_tags(put):
    with OnixFile(put(SHORT.encode())) as file:
        [record] = file.records()
        found = read_product(record.tree, header=file.header, country="GB")
    assert (file.header.sender, file.header.sender_name) == ("06:5012340098745", "Short & Co")
    about = found.descriptive
    assert (found.reference, found.isbn, found.notification) == ("short-1", DUNE, "03")
    assert (about.title, about.subtitle, about.series, about.series_number) == (
        "The Desert",
        "A tale",
        "Dune Saga",
        "2",
    )
    assert (about.form, about.edition_type, about.language, about.pages) == ("BB", "LTE", "eng", 412)
    [person] = about.people
    assert (person.name, person.sort_name, person.roles) == ("Frank Herbert", "Herbert, Frank", ("A01",))
    assert person.biography == "Wrote Dune."
    assert [(c.scheme, c.code, c.is_main) for c in about.codes] == [("93", "FL", True)]
    assert about.audiences == ("01",)
    assert found.collateral.description == "<p>Sand &amp; spice.</p>"
    assert (found.publishing.publisher, found.publishing.imprint, found.publishing.status) == (
        "Ace Books",
        "Ace",
        "04",
    )
    assert found.publishing.publication_date == "1965-01-01"
    assert [tuple(r) for r in found.related.relations] == [("06", EMMA)]
    [offer] = found.supply.offers
    assert (offer.is_here, offer.availability, offer.supplier.name) == (True, "21", "Gardners")
    assert [(p.price_type, p.amount, p.currency, p.tax_code, p.tax_rate) for p in offer.prices] == [
        ("02", "12.50", "GBP", "Z", "0.00")
    ]


def test_a_record_knows_the_line_that_it_begins_on_also_far_down(put):
    contents = message(product(), "\n" * 70_000, product(EMMA))
    with OnixFile(put(contents)) as file:
        first, second = file.records()
    assert first.line == 4
    assert second.line - first.line > 70_000


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (b"", "The file is empty."),
        (b"isbn,title\n1,2", "This is not an XML file."),
        (b"PK\x03\x04rest", "This is a zip archive: take the XML file out of it first."),
        (b"\0" * 500, "This is not an XML file."),
        (b"<html><body/></html>", "This is no ONIX message: it begins with <html> instead of <ONIXMessage>."),
        (b"<ONIXMessage><Product><X/></Product></ONIXMessage>", "does not say which release"),
        (b'<ONIXMessage release="4.0"/>', "This is ONIX 4.0. The shop reads ONIX 3.0 and 3.1."),
    ],
)
def test_what_is_no_onix_3_message_is_refused_in_words(put, contents, said):
    problem, count = refusal(put(contents))
    assert said in problem
    assert count == 0


@pytest.mark.parametrize(
    "contents",
    [
        b'<ONIXMessage release="2.1"><Product/></ONIXMessage>',
        b"<ONIXMessage><Header/><Product><ISBN>0441013597</ISBN></Product></ONIXMessage>",
        b"<ONIXmessage><product><b004>0441013597</b004></product></ONIXmessage>",
        b'<!DOCTYPE ONIXMessage SYSTEM "http://www.editeur.org/onix/2.1/reference/onix-international.dtd">'
        b"<ONIXMessage><Product><RecordReference>1</RecordReference></Product></ONIXMessage>",
    ],
)
def test_onix_2_1_is_refused_by_name(put, contents):
    problem, count = refusal(put(contents))
    assert problem.startswith("This is ONIX 2.1, whose support ended in 2014.")
    assert count == 0


def test_a_message_that_is_cut_off_gives_the_records_before_and_the_line(put):
    whole = message(product(), product(EMMA))
    problem, count = refusal(put(whole[: whole.index(b"ref-" + EMMA.encode())]))
    assert problem == "The file ends on line 8 in the middle of the message: it has been cut off."
    assert count == 1


def test_a_compressed_message_that_is_cut_off_or_spoilt_is_refused(put):
    packed = gzip.compress(message(*[product()] * 2000))
    assert "damaged or cut off" in refusal(put(packed[: len(packed) // 2]))[0]
    assert "damaged or cut off" in refusal(put(packed[:200] + b"????" + packed[204:]))[0]


def test_bytes_that_do_not_fit_the_declared_encoding_are_named_with_their_line(put):
    problem, _count = refusal(put(message(product()).replace(b"Dune", b"D\xfcne")))
    assert problem.startswith("Line 6 is not written in the encoding that the file declares")


def test_an_encoding_that_nobody_knows_is_named(put):
    problem, _count = refusal(put(message(product()).replace(b'"utf-8"', b'"klingon"')))
    assert "klingon" in problem


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;">',
        '<!ENTITY c SYSTEM "file:///etc/passwd">',
        '<!ENTITY % c SYSTEM "http://127.0.0.1:9/evil.dtd"> %c;',
    ],
)
def test_entities_that_a_file_makes_up_are_refused_unopened(put, declaration):
    contents = f'<!DOCTYPE ONIXMessage [{declaration}]><ONIXMessage release="3.0">{product()}</ONIXMessage>'
    problem, count = refusal(put(contents.replace("Dune", "&c;").encode()))
    assert problem.startswith("The file declares entities of its own")
    assert count == 0


def test_html_s_names_for_characters_are_read_where_a_doctype_stands_for_them(put):
    contents = message(
        product(DUNE, described("Caf&eacute; &amp; cr&egrave;me").replace("&amp;eacute;", "&eacute;"))
    )
    contents = contents.replace(b"&amp;egrave;", b"&egrave;").replace(b"&amp;amp;", b"&amp;")
    contents = contents.replace(b"?>\n", b'?>\n<!DOCTYPE ONIXMessage SYSTEM "onix.dtd">\n', 1)
    assert titles(put(contents)) == ["Café & crème"]


@pytest.mark.parametrize(
    "filling", [b"<x/>" * 300_000, b"<d104>" + b"x" * 11_000_000 + b"</d104>", b"<a>" * 300, b" " * 1_200_000]
)
def test_what_never_ends_is_given_up_on_before_it_fills_memory(put, monkeypatch, filling):
    monkeypatch.setattr(reading, "LARGEST_PRODUCT", 1_000_000)
    whole = message(product(), "FILLING", product(EMMA)).replace(b"FILLING", filling)
    for contents in (whole, gzip.compress(whole)):
        _problem, count = refusal(put(contents))
        assert count <= 1


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UnreadableMessage, match="cannot be opened: No such file"):
        OnixFile(tmp_path / "none.xml")


def test_the_publisher_s_feed_is_read_whole(put):
    if MACMILLAN.exists():  # real data, where it is at hand
        found = titles(MACMILLAN)
        assert len(found) == 21
        assert found[0] == "147 Things"


@given(st.binary(max_size=400))
def test_random_bytes_raise_nothing_but_a_refusal(tmp_path_factory, contents):
    path = tmp_path_factory.mktemp("random") / "feed.xml"
    path.write_bytes(contents)
    refusal(path)


GOOD = message(
    product(DUNE, described(), told(text("03", "<p>Sand</p>", form="05")), published(), supplied("<Price/>"))
)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 12), st.binary(max_size=6))
def test_a_spoilt_message_raises_nothing_but_refusals_and_rejections(tmp_path_factory, place, length, spoilt):
    path = tmp_path_factory.mktemp("spoilt") / "feed.xml"
    path.write_bytes(GOOD[:place] + spoilt + GOOD[place + length :])
    try:
        with OnixFile(path) as file:
            for record in file.records():
                read_product(record.tree, header=file.header, country="GB")
    except (UnreadableMessage, Rejected):
        pass


@given(
    st.text(alphabet="0123456789-XT+ ", max_size=20), st.sampled_from(["", *[f"{n:02}" for n in range(40)]])
)
def test_any_date_is_a_day_or_none(written, form):
    first, last = day(written, form), day(written, form, last=True)
    assert (first is None) == (last is None) or form in ("06", "07", "08", "09", "10", "11")
    if first and last and form not in ("06", "07", "08", "09", "10", "11"):
        assert first <= last
