"""Where somebody is logged in: on which devices, since when, and how to end it."""

import re
from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from .models import User

# What a browser calls itself, the telling name first: all of them say Mozilla, most say Safari.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "FxiOS": "Firefox", "CriOS": "Chrome"}
BROWSERS |= {"Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {"Windows": "Windows", "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "CrOS": "ChromeOS"}
SYSTEMS |= {"Mac OS X": "Mac", "Linux": "Linux"}


def live_sessions(user: User) -> list[UserSession]:
    """The sessions in which the user is logged in at this moment, latest first; a new password has ended others."""
    known = list(UserSession.objects.filter(user=user).order_by("-created_at", "-pk"))
    stored = Session.objects.filter(
        session_key__in=[session.session_key for session in known], expire_date__gt=timezone.now()
    )
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    valid = {session.session_key for session in stored if _is_one_of(session, hashes)}
    return [session for session in known if session.session_key in valid]


def _is_one_of(session: Session, hashes: Iterable[str]) -> bool:
    logged_in_by = session.get_decoded().get(HASH_SESSION_KEY, "")
    return any(constant_time_compare(logged_in_by, known) for known in hashes)


def device(session: UserSession) -> str:
    """The device in words, as far as its browser tells: Firefox on Windows."""
    browser = _first(BROWSERS, session.user_agent)
    system = _first(SYSTEMS, session.user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("An unknown device")


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in names.items() if re.search(rf"\b{mark}\b", user_agent)), "")


@transaction.atomic
def end_sessions(*, user: User, keep: str | None = None, only: int | None = None) -> int:
    """End the user's sessions but the one with the key to keep; or only the one with that primary key. How many."""
    sessions = UserSession.objects.filter(user=user).exclude(session_key=keep or "")
    if only is not None:
        sessions = sessions.filter(pk=only)
    keys = list(sessions.values_list("session_key", flat=True))
    UserSession.objects.filter(session_key__in=keys).delete()
    return Session.objects.filter(session_key__in=keys).delete()[0]


def forget_ended_sessions() -> int:
    """Delete what is kept of sessions that have ended (device, IP address), and say how many there were."""
    stored = Session.objects.values("session_key")
    return UserSession.objects.exclude(session_key__in=stored).delete()[0]
