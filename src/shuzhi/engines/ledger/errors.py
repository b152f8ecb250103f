"""What can be wrong with something that others hand to us."""


class LedgerError(ValueError):
    """Any refusal of the ledger engine; the text names the thing and the reason."""


class Malformed(LedgerError):
    """Bytes that do not follow the format; nothing was verified."""


class Unverified(LedgerError):
    """Well-formed, but a signature, a proof, a quorum or a commitment does not hold."""
