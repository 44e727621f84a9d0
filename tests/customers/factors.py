"""Second factors as their owners use them."""

import re
from hashlib import sha256
from secrets import token_bytes

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.hazmat.primitives.asymmetric import ec
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from shop.models import User
from tests.makers import PASSWORD


def code_for(secret: str) -> str:
    """What an app shows for the secret at this moment."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def give_app(user: User) -> str:
    """Have the user's phone make codes for the account; gives its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def give_recovery_codes(user: User) -> list[str]:
    return RecoveryCodes.activate(user).get_unused_codes()


def give_passkey(user: User, name: str = "My passkey") -> Authenticator:
    """A passkey whose device is lost: it is listed and asked for, and opens nothing."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    identity = token_bytes(16)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(
        sha256(b"localhost").digest(), flags, 0, AttestedCredentialData.create(Aaguid.NONE, identity, key)
    )
    credential = {
        "id": websafe_encode(identity),
        "rawId": websafe_encode(identity),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(b'{"type": "webauthn.create", "challenge": "", "origin": ""}'),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": credential}
    )


def reauthenticate(client) -> None:
    """Type the password once more."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def set_up_app(client) -> str:
    """Go through the pages that set up an app; gives its secret."""
    reauthenticate(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    (secret,) = re.findall(r"<code[^>]*>([A-Z2-7]{32})</code>", page)
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    return secret
