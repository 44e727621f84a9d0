"""Mail servers with a trouble of their own, as backends of Django's."""

import os
import signal
import smtplib

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as Taking

HERE = "tests.mail.servers"
AWAY, UNKNOWN, FULL, PICKY, CLOSING, BAD_GOODBYE, WRITING, DYING, WROTE_AND_DIED = (
    f"{HERE}.{name}"
    for name in (
        *("Away", "Unknown", "Full", "Picky", "Closing"),
        *("BadGoodbye", "Writing", "DyingBefore", "DyingAfter"),
    )
)


class Away(BaseEmailBackend):
    def open(self):
        raise ConnectionRefusedError(111, "Connection refused")


class Unknown(BaseEmailBackend):
    """Knows nobody of that name."""

    code, answer = 550, b"No such user here"

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (self.code, self.answer)})


class Full(Unknown):
    code, answer = 452, b"Mailbox full"


class Picky(Taking):
    """Does not take mails to some addresses for now, and takes all others."""

    def send_messages(self, messages):
        if messages[0].to[0].startswith("grey"):
            raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (451, b"Greylisted, try again")})
        if messages[0].to[0].startswith("junk"):
            raise smtplib.SMTPDataError(554, b"<junk@example.com>: looks like spam")
        return super().send_messages(messages)


class Closing(BaseEmailBackend):
    """Is about to shut down."""

    def send_messages(self, messages):
        raise smtplib.SMTPSenderRefused(421, b"Closing, come back later", "books@example.com")


class BadGoodbye(Taking):
    def close(self):
        raise smtplib.SMTPServerDisconnected("gone")


class Writing(BaseEmailBackend):
    """Takes mails into a file, a line each."""

    def send_messages(self, messages):
        with open(settings.EMAIL_FILE_PATH, "a") as taken:
            for message in messages:
                taken.write(f"{message.message()['Message-ID']} {message.subject}\n")
        return len(messages)


class DyingBefore(Writing):
    """The sender is killed as it turns to the server."""

    def send_messages(self, messages):
        os.kill(os.getpid(), signal.SIGKILL)


class DyingAfter(Writing):
    """The server has the mail, and the sender is killed before it can note that."""

    def send_messages(self, messages):
        super().send_messages(messages)
        os.kill(os.getpid(), signal.SIGKILL)
