"""Where the shop does otherwise than allauth: links, mail, and what happens to an address already taken."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shop.mail.sending import without_addresses
from shop.tasks import enqueue

from .models import User


class AccountAdapter(DefaultAccountAdapter):
    """Asked by allauth wherever a shop may differ."""

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """A new customer, with the name given at sign-up."""
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit)

    def clean_email(self, email: str) -> str:
        """Refuse an address longer than an account keeps: allauth would cut it."""
        MaxLengthValidator(User._meta.get_field("email").max_length or 0)(email)
        return email

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Mark the address as its owner's; False, with a message, where it is another account's login, or where
        somebody else is logged in: an account is nobody's who has not the password for it too."""
        if email_address.user_id != request.user.pk:
            messages.error(
                request,
                _("Log in as %(email)s to confirm this address.") % {"email": email_address.email},
            )
            return False
        try:
            with transaction.atomic():
                return super().confirm_email(request, email_address)
        except IntegrityError:
            self.add_message(
                request,
                messages.ERROR,
                "account/messages/email_confirmation_failed.txt",
                {"email": email_address.email},
            )
            return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("customers:account")

    # Links in mail start with SHOP_URL, as those about orders do: whatever host name a request claims.

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return settings.SHOP_URL + path

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return settings.SHOP_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail now and send it after the transaction: a mail server that is away stops no one."""
        context |= {"shop_name": settings.SHOP_NAME, "shop_url": settings.SHOP_URL, "email": email}
        mail = self.render_mail(template_prefix, email, context)
        enqueue(deliver, mail.subject, mail.body, email)


class NotSent(Exception):
    """The mail server did not take a mail."""


def deliver(subject: str, body: str, recipient: str) -> None:
    """Send one plain-text mail. Raises NotSent, which gets into the log and so names nobody."""
    try:
        send_mail(subject, body, None, [recipient])
    except (OSError, ValueError) as error:
        raise NotSent(without_addresses(error)) from None
