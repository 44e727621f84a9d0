"""Plausible titles and texts."""

import re
from random import Random

from . import vocabulary as words

NUMBERS = ("Three", "Five", "Seven", "Ten", "Twelve", "Twenty", "Forty", "A hundred")
BEFORE_VOWEL = re.compile(r"\b([Aa]) (?=[aeio])", re.IGNORECASE)


class Writer:
    """Fills in patterns with words drawn by chance, about a subject."""

    def __init__(self, chance: Random, subject: str) -> None:
        self.chance, self.subject = chance, subject

    def story_title(self) -> str:
        return self._filled(self._one(words.TITLES), capitals=True)

    def learned_title(self) -> str:
        return self._filled(self._one(words.NONFICTION_TITLES))

    def subtitle(self) -> str:
        return self._filled(self._one(words.SUBTITLES))

    def description(self) -> str:
        """A paragraph, as the simple HTML that descriptions are."""
        sentences = self.chance.sample(words.SENTENCES, self.chance.randint(2, 5))
        return f"<p>{' '.join(map(self._filled, sentences))}</p>"

    def imprint(self) -> str:
        return f"{self._one(words.NOUNS).capitalize()} {self._one(words.PRESSES)}"

    def _one(self, choices: tuple[str, ...]) -> str:
        return choices[int(self.chance.random() * len(choices))]  # a third of the time that choice() takes

    def _filled(self, pattern: str, *, capitals: bool = False) -> str:
        noun, adjective = self._one(words.NOUNS), self._one(words.ADJECTIVES)
        if capitals:
            noun, adjective = noun.capitalize(), adjective.capitalize()
        noun2 = self._one(words.NOUNS)
        text = pattern.format(
            noun=noun,
            nouns=noun + ("es" if noun.endswith(("s", "ch", "x")) else "s"),
            noun2=noun2.capitalize() if capitals else noun2,
            adjective=adjective,
            place=self._one(words.PLACES),
            place2=self._one(words.PLACES),
            number=self._one(NUMBERS).lower(),
            subject=self.subject,
        )
        return BEFORE_VOWEL.sub(r"\1n ", text[0].upper() + text[1:])
