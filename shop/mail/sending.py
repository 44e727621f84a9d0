"""Mails leave the outbox: each by one sender at a time, again after a failure, and once unless a process dies midway.

A mail is taken for some minutes, written, handed to the mail server, and marked. A process that dies before the mail
server has it loses nothing, for the mail is due again after those minutes; one that dies between that and the mark
has that one mail sent twice, under the same Message-ID.
"""

import logging
import smtplib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from .kinds import NotYet, find, kinds
from .letters import Contents
from .models import Mail, Wording
from .rendering import Letter, compose
from .wording import words_of

logger = logging.getLogger(__name__)

# After each try that failed; after the last one the mail has failed, some two days after the first.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 720, 1440)]
ASKED_AGAIN_AFTER = timedelta(minutes=30)  # for a mail that waits for what it is to tell
LEFTOVERS = 3  # mails of others that a sender takes along: somebody may be waiting for its end
# Seconds in which nobody tries a mail server that was away, but `send_due`: without a worker a customer would wait for
# the end of each try (EMAIL_TIMEOUT), and staff who send a hundred parcels a hundred times.
LEFT_ALONE = 60
AWAY = "mail-server-away"


class Outcome(Enum):
    """What became of a mail that was to be sent."""

    SENT = "sent"
    NOT_DUE = "not due"  # sent already, or somebody is sending it
    DROPPED = "dropped"
    PUT_OFF = "put off"  # this one mail
    AWAY = "away"  # put off, and so would all others be
    FAILED = "failed"


def deliver(key: str) -> None:
    """Send one mail of the outbox; when that went well, also some that others left behind. A task.

    Where the mail server was away a moment ago the mail stays due, for whoever sends next.
    """
    if cache.get(AWAY):
        return
    with _mail_server() as server:
        outcomes = [_send(mail, server) for mail in Mail.objects.filter(key=key)]
    if Outcome.SENT in outcomes:
        send_due(most=LEFTOVERS)


def send_due(*, most: int = 1000) -> Counter[Outcome]:
    """Post what has come together, and send what is due, longest waiting first; how many mails came to which end.

    Stops where the mail server is away: the others would have to wait, too, each for some seconds. A mail that only
    waits for itself, because it cannot be written or its address is refused for now, keeps no other from going.
    """
    for kind in kinds():
        if kind.gather:
            kind.gather()
    outcomes: Counter[Outcome] = Counter()
    with _mail_server() as server:
        for mail in list(Mail.objects.due().order_by("due_at", "pk")[:most]):
            outcome = _send(mail, server)
            outcomes[outcome] += 1
            if outcome is Outcome.AWAY:
                break
    return outcomes


@contextmanager
def _mail_server() -> Iterator[Any]:
    """The connection to it, which opens when it is needed. A bad good-bye is no reason to send anything again."""
    server = get_connection()
    try:
        yield server
    finally:
        _hang_up(server)


def _hang_up(server: Any) -> None:
    with suppress(Exception):
        server.close()


def _send(mail: Mail, server: Any) -> Outcome:
    if not Mail.objects.filter(pk=mail.pk).claim():
        return Outcome.NOT_DUE
    mail.tries += 1
    try:
        written = write(mail)
    except NotYet:
        return _end(mail, Outcome.NOT_DUE, due_at=timezone.now() + ASKED_AGAIN_AFTER, tries=mail.tries - 1)
    except Exception as error:  # a mistake in the shop's code, for which no order suffers
        logger.exception("Mail %s could not be written", mail.key)
        return _put_off(mail, _("It could not be written: %(error)s") % {"error": repr(error)})
    if written is None:
        return _end(mail, Outcome.DROPPED, status=Mail.Status.DROPPED)
    contents, letter = written
    is_open = False
    try:
        message = _message(mail, contents, letter)
        server.open()
        is_open = True
        server.send_messages([message])
    except Exception as error:
        _hang_up(server)
        logger.warning("Mail %s could not be sent: %s", mail.key, without_addresses(error))
        if is_final(error):
            return _fail(mail, problem_of(error))
        put_off = _put_off(mail, problem_of(error))
        if is_open and not is_away(error):
            return put_off
        cache.set(AWAY, True, LEFT_ALONE)
        return Outcome.AWAY
    kept = {"subject": letter.subject[:300], "text": letter.text_without(contents.secrets)}
    return _end(mail, Outcome.SENT, status=Mail.Status.SENT, sent_at=timezone.now(), problem="", **kept)


def write(mail: Mail) -> tuple[Contents, Letter] | None:
    """What the mail says at this moment; None if it need not be sent any more. Raises NotYet if it is too early."""
    kind = find(mail.kind)
    if kind is None:
        raise LookupError(f"There is no kind of mail called {mail.kind}.")
    wording = Wording.objects.filter(pk=kind.code).first()
    if wording and wording.is_off and kind.may_be_off:
        return None
    contents = kind.contents(mail.about or 0)
    if contents is None or not (mail.to or contents.to):
        return None
    return contents, compose(contents, words_of(kind, wording))


def _message(mail: Mail, contents: Contents, letter: Letter) -> EmailMultiAlternatives:
    to = [mail.to] if mail.to else list(contents.to)
    headers = {"Message-ID": message_id(mail), "Auto-Submitted": "auto-generated"}  # RFC 3834: answer nobody
    reply_to = [settings.SHOP_EMAIL] if settings.SHOP_EMAIL else None
    message = EmailMultiAlternatives(letter.subject, letter.text, to=to, headers=headers, reply_to=reply_to)
    message.attach_alternative(letter.html, "text/html")
    return message


def message_id(mail: Mail) -> str:
    """The same at every try, so that a mailbox can tell that it has the mail already; it tells nothing else."""
    domain = urlsplit(settings.SHOP_URL).hostname or "localhost"
    return f"<{salted_hmac('shop.mail', mail.key).hexdigest()[:32]}@{domain}>"


def is_final(error: Exception) -> bool:
    """Whether trying again is no use: the address cannot be written to, or is refused for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, ValueError)  # an address or a header that no mail can have


def is_away(error: Exception) -> bool:
    """Whether what was said to an open connection concerns the mail server, and no one mail."""
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code == 421:
        return True  # RFC 5321, 3.8: it is about to close
    if isinstance(error, (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused)):
        return True
    return isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)


def problem_of(error: Exception) -> str:
    """What went wrong, in words for staff."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = "; ".join(f"{code} {_text(answer)}" for code, answer in error.recipients.values())
        return _("The mail server refused the address: %(said)s") % {"said": said}
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("The mail server refused the shop's name or password (EMAIL_URL).")
    if isinstance(error, smtplib.SMTPResponseException):
        said = f"{error.smtp_code} {_text(error.smtp_error)}"
        return _("The mail server refused the mail: %(said)s") % {"said": said}
    if isinstance(error, (OSError, smtplib.SMTPException)):
        return _("The mail server could not be reached: %(error)s") % {"error": error}
    return _("It could not be sent: %(error)s") % {"error": repr(error)}


def without_addresses(error: Exception) -> str:
    """What went wrong, without what the mail server said: that often names the address, which no log is to hold."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"the address was refused with {', '.join(str(code) for code, _said in error.recipients.values())}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return problem_of(error) if isinstance(error, OSError) else type(error).__name__


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said


def _put_off(mail: Mail, problem: str) -> Outcome:
    """Try again later, unless it was the last time."""
    if mail.tries > len(PAUSES):
        return _fail(mail, problem)
    due_at = timezone.now() + PAUSES[mail.tries - 1]
    return _end(mail, Outcome.PUT_OFF, due_at=due_at, problem=problem[:300])


def _fail(mail: Mail, problem: str) -> Outcome:
    return _end(mail, Outcome.FAILED, status=Mail.Status.FAILED, problem=problem[:300])


def _end(mail: Mail, outcome: Outcome, **fields: Any) -> Outcome:
    Mail.objects.filter(pk=mail.pk, status=Mail.Status.QUEUED).update(**fields)
    return outcome
