"""Ed25519 signatures checked with the standard library alone, for places where `cryptography` is not installed.

It only verifies: nothing here is secret, so it need not run in constant time.
It is as strict as RFC 8032 allows: points and the number S must be in their one canonical spelling,
and the equation is checked without the cofactor, as OpenSSL does.   Source: RFC 8032 section 5.1.
"""

from __future__ import annotations

import hashlib

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_SQRT_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

_Point = tuple[int, int, int, int]  # extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, x y = T/Z
_NEUTRAL: _Point = (0, 1, 1, 0)


def _add(left: _Point, right: _Point) -> _Point:
    a = (left[1] - left[0]) * (right[1] - right[0]) % _P
    b = (left[1] + left[0]) * (right[1] + right[0]) % _P
    c = 2 * left[3] * right[3] * _D % _P
    d = 2 * left[2] * right[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double(point: _Point) -> _Point:
    a, b, c = point[0] ** 2, point[1] ** 2, 2 * point[2] ** 2
    h = a + b
    e = h - (point[0] + point[1]) ** 2
    g = a - b
    f = c + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _decompress(raw: bytes) -> _Point | None:
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P == _P - u and u:
        x = x * _SQRT_MINUS_ONE % _P
    if (v * x * x - u) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _compress(point: _Point) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _sum_of_multiples(first: int, base: _Point, second: int, other: _Point) -> _Point:
    """first * base + second * other, both at once (Shamir's trick)."""
    choices = (_NEUTRAL, base, other, _add(base, other))
    total = _NEUTRAL
    for bit in range(max(first, second).bit_length() - 1, -1, -1):
        total = _double(total)
        choice = (first >> bit & 1) | (second >> bit & 1) << 1
        if choice:
            total = _add(total, choices[choice])
    return total


_BASE_Y = 4 * pow(5, _P - 2, _P) % _P
_BASE = _decompress(_BASE_Y.to_bytes(32, "little"))


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this 64-byte signature over the message was made with the 32-byte public key."""
    if len(public_key) != 32 or len(signature) != 64 or _BASE is None:
        return False
    point = _decompress(public_key)
    scalar = int.from_bytes(signature[32:], "little")
    if point is None or scalar >= _ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(digest, "little") % _ORDER
    negated = (_P - point[0], point[1], 1, _P - point[3])
    return _compress(_sum_of_multiples(scalar, _BASE, challenge, negated)) == signature[:32]
