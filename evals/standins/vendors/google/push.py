"""Pub/Sub's push: a body without a signature, vouched for by a token that Google signs (vendor-facts §8)."""

import base64
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from evals.standins.vendors.kit.webhooks import Draft
from evals.standins.vendors.kit.wire import Json, encode

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ISSUER = "https://accounts.google.com"
SERVICE_ACCOUNT = "push@roastery-stand-in.iam.gserviceaccount.com"
KEY_ID = "stand-in-1"
FORGED = "forged"
"""The topic of a delivery whose token is signed by another key than the published one."""


class PushKeys:
    """Google's signing key as the stand-in publishes it, and a stranger's. Made when they are first used."""

    @cached_property
    def real(self) -> "RSAPrivateKey":
        return _made()

    @cached_property
    def stranger(self) -> "RSAPrivateKey":
        return _made()

    def published(self) -> Json:
        """The JSON Web Key Set (RFC 7517)."""
        from jwt.algorithms import RSAAlgorithm

        key: Json = json.loads(RSAAlgorithm.to_jwk(self.real.public_key()))
        return {"keys": [{**key, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]}

    def sign(self, draft: Draft) -> dict[str, str]:
        """A bearer token for the audience that is the courier's key; it lives an hour."""
        import jwt

        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": draft.keys[0],
            "azp": "1130000000000",
            "email": SERVICE_ACCOUNT,
            "email_verified": True,
            "sub": "1130000000000",
            "iat": int(draft.at),
            "exp": int(draft.at) + 3600,
        }
        key = self.stranger if draft.topic == FORGED else self.real
        return {"authorization": f"Bearer {jwt.encode(claims, key, 'RS256', headers={'kid': KEY_ID})}"}


def _made() -> "RSAPrivateKey":
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def notice(address: str, history_id: str, message: int, published: str) -> Json:
    data = base64.b64encode(encode({"emailAddress": address, "historyId": int(history_id)})).decode()
    inner = {"data": data, "messageId": str(message), "message_id": str(message), "publishTime": published}
    return {"message": inner, "subscription": "projects/roastery/subscriptions/gmail-push"}
