"""Names of people as a shelf sorts them."""

SUFFIXES = {"jr", "sr", "ii", "iii", "iv", "md", "phd"}  # no name by themselves: "Kurt Vonnegut, Jr."
PARTICLES = {
    "de",
    "von",
    "van",
    "der",
    "den",
    "ten",
    "ter",
    "zu",
    "di",
    "da",
    "dos",
    "of",
}  # after the first name
ARTICLES = {"le", "la", "les", "du", "des", "st.", "saint", "mac"}  # part of the surname


def is_suffix(word: str) -> bool:
    """Whether this is what follows a name, such as Jr. or III."""
    return word.replace(".", "").strip(" ,").casefold() in SUFFIXES


def sort_name(name: str) -> str:
    """The surname first (Ursula K. Le Guin: Le Guin, Ursula K.), as well as that can be told from a name.

    Particles in small letters come last (Johann Wolfgang von Goethe: Goethe, Johann Wolfgang von); written
    large they belong to the surname.
    """
    words = name.split()
    end = len(words)
    while end > 1 and is_suffix(words[end - 1]):
        end -= 1
    start = end - 1
    while start > 1 and _belongs_to_surname(words[start - 1]):
        start -= 1
    if start < 1:
        return name[:200]
    surname = " ".join(words[start:end]).rstrip(",")
    return ", ".join([surname, " ".join(words[:start]), *words[end:]])[:200]


def _belongs_to_surname(word: str) -> bool:
    small = word.casefold()
    return small in ARTICLES or (small in PARTICLES and word != small)
