"""What contributors did, ONIX code list 17, in words: more than staff choose from, as feeds bring them."""

from functools import cache

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

ROLES: dict[str, Promise] = {
    "A01": _("Author"),
    "A02": _("With"),
    "A03": _("Screenplay"),
    "A04": _("Libretto"),
    "A05": _("Lyrics"),
    "A06": _("Composer"),
    "A07": _("Artist"),
    "A08": _("Photographer"),
    "A09": _("Creator"),
    "A10": _("Idea"),
    "A11": _("Designer"),
    "A12": _("Illustrator"),
    "A13": _("Photographer"),
    "A14": _("Text"),
    "A15": _("Preface"),
    "A16": _("Prologue"),
    "A19": _("Afterword"),
    "A20": _("Notes"),
    "A21": _("Commentary"),
    "A22": _("Epilogue"),
    "A23": _("Foreword"),
    "A24": _("Introduction"),
    "A29": _("Introduction and notes"),
    "A34": _("Index"),
    "A35": _("Drawings"),
    "A36": _("Cover artist"),
    "A38": _("Original author"),
    "A39": _("Maps"),
    "A40": _("Colourist"),
    "A41": _("Paper engineer"),
    "A42": _("Continued by"),
    "A43": _("Interviewer"),
    "A44": _("Interviewee"),
    "A45": _("Comic script"),
    "A46": _("Inker"),
    "A47": _("Colourist"),
    "A48": _("Letterer"),
    "A51": _("Research"),
    "B01": _("Editor"),
    "B02": _("Reviser"),
    "B03": _("Retold by"),
    "B04": _("Abridged by"),
    "B05": _("Adapter"),
    "B06": _("Translator"),
    "B07": _("As told by"),
    "B08": _("Translator and commentator"),
    "B09": _("Series editor"),
    "B10": _("Editor and translator"),
    "B11": _("Editor-in-chief"),
    "B12": _("Guest editor"),
    "B13": _("Volume editor"),
    "B20": _("Consultant editor"),
    "B21": _("General editor"),
    "B22": _("Dramatised by"),
    "C01": _("Compiler"),
    "C02": _("Selected by"),
    "C04": _("Curator"),
    "D01": _("Producer"),
    "D02": _("Director"),
    "D03": _("Conductor"),
    "E01": _("Actor"),
    "E03": _("Narrator"),
    "E04": _("Commentator"),
    "E05": _("Singer"),
    "E06": _("Soloist"),
    "E07": _("Reader"),
    "E08": _("Performer"),
    "E09": _("Speaker"),
    "E10": _("Presenter"),
    "E99": _("Performer"),
}


def role_name(code: str) -> str:
    """The role in words; whoever did what the shop has no word for is a contributor."""
    return _name(code, get_language())


@cache  # pages of contributors ask for each part's, and a label is slow to find
def _name(code: str, language: str | None) -> str:
    return str(ROLES.get(code, _("Contributor")))
