"""Languages as spreadsheets name them, brought to ISO 639-2/B."""

from functools import cache

from babel import Locale
from django.conf import settings


def _pairs(written: str) -> dict[str, str]:
    return {key: value for key, _, value in (pair.partition(":") for pair in written.split())}


# ISO 639-1 and the bibliographic code of ISO 639-2: the languages that books are usually in.
BIBLIOGRAPHIC = _pairs(
    "af:afr am:amh ar:ara az:aze be:bel bg:bul bn:ben bo:tib bs:bos ca:cat cs:cze cy:wel da:dan de:ger "
    "el:gre en:eng eo:epo es:spa et:est eu:baq fa:per fi:fin fo:fao fr:fre fy:fry ga:gle gd:gla gl:glg "
    "gu:guj ha:hau he:heb hi:hin hr:hrv hu:hun hy:arm id:ind ig:ibo is:ice it:ita ja:jpn jv:jav ka:geo "
    "kk:kaz km:khm kn:kan ko:kor ku:kur la:lat lb:ltz lo:lao lt:lit lv:lav mi:mao mk:mac ml:mal mn:mon "
    "mr:mar ms:may mt:mlt my:bur nb:nob ne:nep nl:dut nn:nno no:nor pa:pan pl:pol ps:pus pt:por ro:rum "
    "ru:rus sa:san sd:snd si:sin sk:slo sl:slv so:som sq:alb sr:srp sv:swe sw:swa ta:tam te:tel th:tha "
    "tl:tgl tr:tur uk:ukr ur:urd uz:uzb vi:vie xh:xho yi:yid yo:yor zh:chi zu:zul"
)
# The terminological codes, where they differ.
TERMINOLOGICAL = _pairs(
    "bod:tib ces:cze cym:wel deu:ger ell:gre eus:baq fas:per fra:fre hye:arm isl:ice kat:geo mkd:mac "
    "mri:mao msa:may mya:bur nld:dut ron:rum slk:slo sqi:alb zho:chi"
)
OTHERS = {"ang", "egy", "enm", "fil", "frm", "fro", "gmh", "grc", "mul", "non"}  # without two-letter codes


def bibliographic(written: str) -> str:
    """The three letters of ISO 639-2/B for a language's code (en-US, nl, deu) or English name; "" if unknown."""
    whole = written.strip().casefold()
    code = whole.replace("_", "-").partition("-")[0]
    code = BIBLIOGRAPHIC.get(code) or TERMINOLOGICAL.get(code) or code
    if code in OTHERS or code in BIBLIOGRAPHIC.values():
        return code
    return _english_names().get(whole, "")


@cache
def _english_names() -> dict[str, str]:
    names = Locale("en").languages
    return {names[code].casefold(): three for code, three in BIBLIOGRAPHIC.items() if code in names}


@cache
def language_name(code: str) -> str:
    """What the shop's locale calls the language of an ISO 639-2/B code; the code itself if it has no name."""
    names = Locale.parse(settings.SHOP_LOCALE).languages
    two_letters = {three: two for two, three in BIBLIOGRAPHIC.items()}
    return str(names.get(two_letters.get(code, code), code))


@cache
def language_tag(code: str) -> str:
    """The language as browsers and search engines call it (BCP 47: en for eng); three letters where it has no two."""
    two_letters = {three: two for two, three in BIBLIOGRAPHIC.items()}
    return two_letters.get(code, code)
