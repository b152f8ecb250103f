"""The subjects' keys of the ledger: one for each demand, in the ledger's own folder. What opens a seal lies in the database."""

from shuzhi.domains.ledger import places
from shuzhi.spine.subject_keys import Cipher, SubjectKeys, unwrap, wrap

__all__ = ["Cipher", "ciphers_for", "destroy", "key_of", "unwrap", "wrap"]

_KEYS = SubjectKeys(places.keys)
ciphers_for = _KEYS.ciphers_for
destroy = _KEYS.destroy


def key_of(subject: str) -> Cipher | None:
    """What opens with a subject's key; None when it was destroyed."""
    return _KEYS.known([subject]).get(subject)
