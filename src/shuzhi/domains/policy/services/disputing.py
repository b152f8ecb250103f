"""A person disputes a decision through the link that they hold."""

from shuzhi.domains.policy.services.deciding import dispute
from shuzhi.domains.policy.services.seeing import by_link
from shuzhi.spine.actors import Actor


def dispute_by_link(secret: str, *, words: str, by: Actor) -> int:
    """Ask that a human looks at the last decision anew; returns the number of the review."""
    return dispute(by_link(secret), words=words, by=by)
