"""A small OpenID Connect provider for the tests: a process of its own, real HTTP on loopback, really signed tokens.

`python oidc_provider.py` prints its issuer. The browser of a test says in the authorization request who logs in
(`as`) and which fault the answer shall have (`fault`).
"""

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jws, jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "shuzhi", "kept-between-us-two-and-nobody-else"
KEY = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
STRANGER = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
KNOWN: dict[str, dict[str, str]] = {}


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def id_token(issuer: str, asked: dict[str, str], access_token: str) -> str:
    fault = asked.get("fault", "")
    now = int(time.time()) - (3600 if fault == "expired" else 0)
    claims: dict[str, Any] = {
        "iss": "https://elsewhere.example" if fault == "issuer" else issuer,
        "aud": "another-client" if fault == "audience" else CLIENT_ID,
        "sub": "248289761001",
        "iat": now,
        "exp": now + 300,
        "nonce": "stale" if fault == "nonce" else asked["nonce"],
        "at_hash": b64(hashlib.sha256(access_token.encode()).digest()[:16]),
        "preferred_username": asked["as"],
    }
    if fault == "no-nonce":
        del claims["nonce"]
    if fault == "at-hash":
        claims["at_hash"] = b64(bytes(16))
    if fault == "unsigned":
        return f"{b64(json.dumps({'alg': 'none'}).encode())}.{b64(json.dumps(claims).encode())}."
    if fault == "shared-secret":
        return jws.serialize_compact(
            {"alg": "HS256"},
            json.dumps(claims).encode(),
            OctKey.import_key(CLIENT_SECRET),
            algorithms=["HS256"],
        )
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, STRANGER if fault == "stranger" else KEY)


def access_token(issuer: str, asked: dict[str, str]) -> str:
    """For a system (RFC 9068), with the scope that it asked for."""
    fault = asked.get("fault", "")
    now = int(time.time()) - (3600 if fault == "expired" else 0)
    claims: dict[str, Any] = {
        "iss": "https://elsewhere.example" if fault == "issuer" else issuer,
        "aud": "another-api" if fault == "audience" else ["shuzhi-api", "another-api"],
        "sub": asked["client_id"],
        "client_id": asked["client_id"],
        "iat": now,
        "exp": now + 300,
        "scope": asked["scope"],
    }
    if fault in ("exp", "scope", "client_id", "aud"):
        del claims[fault]
    if fault == "unsigned":
        return f"{b64(json.dumps({'alg': 'none'}).encode())}.{b64(json.dumps(claims).encode())}."
    if fault == "shared-secret":
        secret = OctKey.import_key(CLIENT_SECRET)
        return jws.serialize_compact(
            {"alg": "HS256"}, json.dumps(claims).encode(), secret, algorithms=["HS256"]
        )
    kid = "two" if fault == "unknown-key" else "one"
    return jwt.encode({"alg": "RS256", "kid": kid}, claims, STRANGER if fault == "stranger" else KEY)


class Provider(BaseHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Stay quiet."""

    @property
    def issuer(self) -> str:
        host, port = self.server.server_address[:2]
        return f"http://{host}:{port}"  # type: ignore[str-bytes-safe]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            self.answer(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                    "id_token_signing_alg_values_supported": ["RS256"],
                }
            )
        elif parts.path == "/keys":
            self.answer(KeySet([KEY]).as_dict(private=False))
        else:
            asked = dict(parse_qsl(parts.query))
            code = secrets.token_urlsafe(16)
            KNOWN[code] = asked
            self.send_response(302)
            back = urlencode({"code": code, "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if form.get("grant_type") == "client_credentials":
            self.answer({"access_token": access_token(self.issuer, form), "token_type": "Bearer"})
            return
        asked = KNOWN.pop(form.get("code", ""), None)
        proof = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or asked["code_challenge_method"] != "S256"
            or proof != asked["code_challenge"]
            or form.get("redirect_uri") != asked["redirect_uri"]
            or (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET)
            or asked.get("fault") == "token-endpoint"
        ):
            self.answer({"error": "invalid_grant"}, status=400)
            return
        opaque = secrets.token_urlsafe(16)
        token = {"access_token": opaque, "token_type": "Bearer"}
        if asked.get("fault") != "no-id-token":
            token["id_token"] = id_token(self.issuer, asked, opaque)
        self.answer(token)

    def answer(self, document: Any, *, status: int = 200) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
