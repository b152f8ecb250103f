"""Where a webhook may go, and the one request that goes there.

A webhook's address comes from outside, our server stands inside: a request to an inner address would open a door
(server-side request forgery). So the name is resolved here, every answer must be a public address, the connection goes
to exactly that address, and redirects are not followed.
"""

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from shuzhi.spine.errors import InvalidInput

TIMEOUT = httpx.Timeout(5.0, connect=3.0)
LONGEST_URL = 500
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowed(Exception):
    """The address leads to a place where webhooks must not go."""


@dataclass(frozen=True)
class Answer:
    status: int

    @property
    def accepted(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


def check_url(url: str) -> None:
    """Refuse an address that cannot be a webhook, or that leads inside. Raises InvalidInput."""
    try:
        parts = urlsplit(url)
        if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
            raise ValueError
        if not parts.hostname or parts.username or parts.password or parts.fragment or parts.port == 0:
            raise ValueError
    except ValueError:
        raise InvalidInput(
            field="url", why=_("write a whole address like https://example.org/hook")
        ) from None
    if parts.scheme not in _schemes():
        raise InvalidInput(field="url", why=_("it must begin with https://"))
    try:
        resolve(parts)
    except NotAllowed:
        raise InvalidInput(
            field="url", why=_("it leads to an inner or local address, which is not allowed")
        ) from None
    except OSError:
        raise InvalidInput(field="url", why=_("its name cannot be found")) from None


def _schemes() -> frozenset[str]:
    return frozenset({"https", "http"}) if settings.SHUZHI_WEBHOOK_ALLOW_PRIVATE else frozenset({"https"})


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet, also behind the wrappers that IPv6 has for IPv4."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def resolve(parts: SplitResult) -> str:
    """The address to connect to. All answers of the name service must be public, else NotAllowed."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [str(answer[4][0]) for answer in found]
    if not settings.SHUZHI_WEBHOOK_ALLOW_PRIVATE:
        for address in addresses:
            if not is_public(ipaddress.ip_address(address.partition("%")[0])):
                raise NotAllowed(parts.hostname)
    return addresses[0]


@cache
def _certificates() -> ssl.SSLContext:
    """Loading the trusted certificates takes longer than a delivery, so it is done once."""
    return httpx.create_ssl_context(trust_env=False)


def open_client() -> httpx.Client:
    """A client for one webhook. Two must not share it: connections are kept by address, not by the name behind it."""
    return httpx.Client(timeout=TIMEOUT, verify=_certificates(), follow_redirects=False, trust_env=False)


def post(client: httpx.Client, url: str, *, body: bytes, headers: dict[str, str]) -> Answer:
    """Send a delivery; the answer's body is not read. Raises NotAllowed, OSError, httpx.HTTPError."""
    parts = urlsplit(url)
    if parts.scheme not in _schemes():
        raise NotAllowed(parts.scheme)
    pinned = httpx.URL(url).copy_with(host=resolve(parts))
    # The name stays in Host and in the TLS handshake, so certificates are checked against it.
    with client.stream(
        "POST",
        pinned,
        content=body,
        headers={**headers, "Host": parts.netloc},
        extensions={"sni_hostname": parts.hostname},
    ) as answer:
        return Answer(answer.status_code)
