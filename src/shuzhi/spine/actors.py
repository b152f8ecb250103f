"""Who acted: a person on the staff, a citizen, another system, or the platform itself."""

from dataclasses import dataclass, field
from enum import StrEnum


class ActorKind(StrEnum):
    STAFF = "staff"
    CITIZEN = "citizen"
    ANONYMOUS = "anonymous"
    APPLICATION = "application"
    SYSTEM = "system"


@dataclass(frozen=True)
class Grant:
    """A role held for a unit (code), an area (12-digit code with everything below it), or, with neither, everywhere."""

    role: str
    unit: str = ""
    area: str = ""


@dataclass(frozen=True)
class Actor:
    """Who does a write. `id` is an account number, a hash of a citizen's phone, or an application's key id: never a name."""

    kind: ActorKind
    id: str
    label: str = field(default="", compare=False)
    grants: tuple[Grant, ...] = ()

    @property
    def reference(self) -> str:
        """The form kept in events and the audit trail, e.g. "staff:17"."""
        return f"{self.kind}:{self.id}"


SYSTEM = Actor(ActorKind.SYSTEM, "shuzhi", "Shuzhi", (Grant("platform"),))
ANONYMOUS = Actor(ActorKind.ANONYMOUS, "web", "", (Grant("citizen"),))


def citizen(phone_key: str) -> Actor:
    """A citizen known by the keyed hash of a verified phone number."""
    return Actor(ActorKind.CITIZEN, phone_key, "", (Grant("citizen"),))
