"""Which of the shop's own subjects the trade's codes stand for, to begin with: staff may map any code otherwise.

The longest beginning of a code that is listed here decides. Thema and BIC share most of their letters, so that one
table serves both, with what is different under the scheme's own name. The names are the shop's, not the schemes'.
"""

from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

THEMA, BIC, BISAC = "93", "12", "10"  # code list 27
ORDER = (THEMA, BISAC, BIC)  # whose main subject counts first


class Place(NamedTuple):
    """A subject of the shop's tree: its path, its name, the colour of its covers ("" for that of what it is in)."""

    path: str
    name: str
    colour: str = ""


PLACES = {
    place.path: place
    for place in (
        Place("fiction", _("Fiction"), "#3d4f5c"),
        Place("fiction/contemporary", _("Contemporary fiction")),
        Place("fiction/classics", _("Classics")),
        Place("fiction/historical", _("Historical fiction")),
        Place("fiction/short-stories", _("Short stories")),
        Place("fiction/science-fiction", _("Science fiction")),
        Place("fiction/fantasy", _("Fantasy")),
        Place("fiction/horror", _("Horror")),
        Place("fiction/crime", _("Crime and thrillers")),
        Place("fiction/romance", _("Romance")),
        Place("fiction/adventure", _("Adventure")),
        Place("fiction/translated", _("Fiction in translation")),
        Place("comics", _("Comics"), "#7a3e48"),
        Place("poetry", _("Poetry"), "#5b4a6f"),
        Place("drama", _("Drama"), "#6b3f2a"),
        Place("children", _("Children's books"), "#2f6b5a"),
        Place("children/picture-books", _("Picture books")),
        Place("children/stories", _("Stories")),
        Place("children/young-adult", _("Young adult")),
        Place("children/knowledge", _("Facts and figures")),
        Place("children/activities", _("Activities and early learning")),
        Place("history", _("History"), "#6a5228"),
        Place("history/ancient-history", _("Ancient history")),
        Place("history/world-history", _("World history")),
        Place("history/twentieth-century", _("The twentieth century")),
        Place("history/military", _("Military history")),
        Place("lives", _("Lives"), "#4a5a3a"),
        Place("lives/biography", _("Biography")),
        Place("lives/memoir", _("Memoir")),
        Place("lives/true-crime", _("True crime")),
        Place("ideas", _("Ideas"), "#3a4a72"),
        Place("ideas/philosophy", _("Philosophy")),
        Place("ideas/religion", _("Religion and belief")),
        Place("ideas/mind", _("Mind")),
        Place("ideas/society", _("Society and politics")),
        Place("ideas/language", _("Language and literature")),
        Place("business", _("Business and law"), "#34506b"),
        Place("business/economics", _("Economics and business")),
        Place("business/law", _("Law")),
        Place("science", _("Science"), "#2a5f6f"),
        Place("science/mathematics", _("Mathematics")),
        Place("science/physics", _("Physics and astronomy")),
        Place("science/life-science", _("Life science")),
        Place("science/earth", _("Earth and environment")),
        Place("science/medicine", _("Medicine")),
        Place("science/technology", _("Technology")),
        Place("science/computing", _("Computing")),
        Place("health", _("Health and family"), "#6f5a2f"),
        Place("food", _("Food"), "#8a4b2a"),
        Place("food/cookery", _("Cookery")),
        Place("home", _("Home, garden and crafts"), "#5a6b2f"),
        Place("outdoors", _("Outdoors"), "#3f6b3a"),
        Place("outdoors/wild", _("Nature and animals")),
        Place("outdoors/travel", _("Travel")),
        Place("outdoors/sport", _("Sport")),
        Place("arts", _("Arts"), "#6b2f5a"),
        Place("arts/art", _("Art and design")),
        Place("arts/architecture", _("Architecture")),
        Place("arts/photography", _("Photography")),
        Place("arts/music", _("Music")),
        Place("arts/film", _("Film, theatre and television")),
        Place("leisure", _("Humour and games"), "#7a5a2f"),
        Place("languages", _("Language learning"), "#2f4f6b"),
        Place("learning", _("School and study"), "#4f4f6b"),
    )
}


def _table(written: str) -> dict[str, str]:
    """Beginnings of codes by the path that they stand for, one path to a line."""
    table: dict[str, str] = {}
    for line in written.strip().splitlines():
        path, *beginnings = line.split()
        table.update(dict.fromkeys(beginnings, path))
    return table


LETTERS = _table(
    """
    arts A
    arts/art AB AC AF AG AK
    arts/photography AJ
    arts/architecture AM
    arts/film AN AP AT
    arts/music AV
    ideas/language C D DS
    languages CB CJ
    poetry DC
    drama DD
    fiction F
    fiction/crime FF FH
    fiction/adventure FJ
    fiction/horror FK
    fiction/science-fiction FL
    fiction/fantasy FM
    fiction/romance FP FR
    fiction/historical FV
    fiction/short-stories FYB
    learning G JN
    ideas/society J
    ideas/mind JM
    history/military JW
    business K L
    business/economics KC KF KJ
    business/law L
    science P
    science/mathematics PB
    science/physics PG PH
    science/life-science PS
    science/earth R
    science/medicine M
    science/technology T
    science/computing U
    health V
    home W
    food WB
    food/cookery WBA WBB WBC WBD WBF WBH WBJ WBN WBQ WBR WBS WBT WBV
    leisure WD WH WZ
    outdoors/wild WN
    outdoors/travel WQ WT
    outdoors/sport WS
    children Y
    children/picture-books YB YBC
    children/activities YBG YBL YBT YXZ YZ
    children/stories YD YF
    children/knowledge YN YR
    learning YP YQ
    """
)
ONLY_THEMA = _table(
    """
    lives DNX
    lives/biography DNB
    lives/memoir DNC DND
    lives/true-crime DNXC
    fiction/contemporary FB FBA
    fiction/classics FBC
    fiction/translated FYT
    history N NH NK
    history/ancient-history NHC
    history/world-history NHB
    history/twentieth-century NHWR5 NHWR7
    history/military NHW
    ideas Q
    ideas/philosophy QD
    ideas/religion QR
    ideas/religion VXW
    outdoors/sport S
    comics X
    """
)
ONLY_BIC = _table(
    """
    lives B
    lives/biography BG BK
    lives/memoir BJ BM
    lives/true-crime BTC
    languages E
    fiction/contemporary FA
    fiction/classics FC
    comics FX FZ
    ideas H
    history HB HD
    history/ancient-history HBLA HDD
    history/world-history HBG
    history/twentieth-century HBLW
    history/military HBW
    ideas/philosophy HP
    ideas/religion HR
    """
)
CATEGORIES = _table(
    """
    fiction FIC
    fiction/contemporary FIC019
    fiction/classics FIC004
    fiction/historical FIC014
    fiction/short-stories FIC029
    fiction/science-fiction FIC028
    fiction/fantasy FIC009
    fiction/horror FIC015
    fiction/crime FIC022 FIC030 FIC031 FIC050 FIC062
    fiction/romance FIC027
    fiction/adventure FIC002
    comics CGN
    poetry POE
    drama DRA
    children JUV
    children/stories JUV001 JUV013 JUV037
    children/picture-books JUV009
    children/knowledge JNF
    children/activities JNF001
    children/young-adult YAF YAN
    history HIS
    history/ancient-history HIS002
    history/world-history HIS037
    history/military HIS027
    lives BIO
    lives/biography BIO
    lives/memoir BIO026
    lives/true-crime TRU
    ideas/philosophy PHI
    ideas/religion REL BIB OCC
    ideas/mind PSY
    ideas/society SOC POL
    ideas/language LAN LIT LCO
    business/economics BUS
    business/law LAW
    science SCI
    science/mathematics MAT
    science/physics SCI004 SCI055 SCI057
    science/life-science SCI008 SCI027 SCI070
    science/earth SCI026 SCI031
    science/medicine MED
    science/technology TEC TRA
    science/computing COM
    health HEA FAM SEL
    food/cookery CKB
    home HOM GAR CRA ANT HOU
    outdoors/wild NAT PET
    outdoors/travel TRV
    outdoors/sport SPO
    arts/art ART DES
    arts/architecture ARC
    arts/photography PHO
    arts/music MUS
    arts/film PER
    leisure HUM GAM
    languages FOR
    learning EDU STU REF
    """
)
TABLES = {THEMA: LETTERS | ONLY_THEMA, BIC: LETTERS | ONLY_BIC, BISAC: CATEGORIES}


def places_of(scheme: str, code: str) -> tuple[Place, ...]:
    """The subject that a code stands for until staff say otherwise, after what that is part of.

    Named in the shop's language; none if the shop has no idea.
    """
    table = TABLES.get(scheme, {})
    for length in range(min(len(code), 9), 0, -1):
        if path := table.get(code[:length]):
            top = path.partition("/")[0]
            return tuple(
                PLACES[each]._replace(name=gettext(PLACES[each].name)) for each in dict.fromkeys((top, path))
            )
    return ()
