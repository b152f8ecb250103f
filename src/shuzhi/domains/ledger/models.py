"""The room's tables. All public files are a pure function of `Log`, `Entry` and `Document`."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

INDEX_BITS = 40  # an entry's key is (number of its log, index in that log): entries of a log lie side by side


def entry_key(log_id: int, index: int) -> int:
    return log_id << INDEX_BITS | index


if TYPE_CHECKING:
    _BigInteger = models.BigIntegerField[int, int]
else:
    _BigInteger = models.BigIntegerField


class RowKey(_BigInteger):
    """A key that we give ourselves and that SQLite keeps its rows by; of any other type, it would be one index more."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Log(models.Model):
    """One year's log. Locking its row is what makes the giver of indexes single.

    size: entries that have an index.   signed, signed_size: the last checkpoint that the log's key signed, cosigned or
    not.   published, published_size, published_policy: the last one with a quorum of witnesses, and of which policy.
    policy: whom a reader must trust from the next checkpoint on.
    waiting_since: when the oldest entry came that no published checkpoint covers.   types: the listed codes, one per line.   stopped: why nothing is signed any more, "" while all is well.
    """

    name = models.CharField(max_length=24, unique=True)
    origin = models.CharField(max_length=200, unique=True)
    size = models.BigIntegerField(default=0)
    signed_size = models.BigIntegerField(default=0)
    signed = models.TextField(default="")
    published_size = models.BigIntegerField(default=0)
    published = models.TextField(default="")
    published_policy = models.TextField(default="")
    witnessed_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    policy = models.TextField()
    types = models.TextField(default="")
    stopped = models.TextField(default="")
    stopped_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)


class Series(models.Model):
    """The last running number of an organ's series."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT)
    organ = models.CharField(max_length=24)
    name = models.CharField(max_length=24)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "organ", "name"], name="ledger_series_once")]


class Entry(models.Model):
    """One leaf with what only we know of it. The columns beside `leaf` repeat it, so that it can be searched.

    position: of the event in the story, None for the log's own entries.   subject: whose key wraps `sealed`.
    sealed: the values and nonces of the seal, encrypted; empty when nothing is sealed or all was erased.
    """

    id = RowKey(primary_key=True)
    position = models.BigIntegerField(null=True, unique=True)
    organ = models.CharField(max_length=24)
    series = models.CharField(max_length=24)
    number = models.BigIntegerField()
    type = models.CharField(max_length=32)
    day = models.DateField()
    subject = models.CharField(max_length=48)
    leaf = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["organ", "series", "id"], name="ledger_of_organ_and_series"),
            models.Index(fields=["day", "id"], name="ledger_of_day"),
            models.Index(fields=["subject", "id"], name="ledger_of_subject"),
        ]


class Document(models.Model):
    """A public document that an entry names by its SHA-256."""

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField()


class WitnessRecord(models.Model):
    """What a witness last did for a log. `name` is that of the policy."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    cosigned_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, default="")
    refusals = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "name"], name="ledger_witness_once")]


class Anchor(models.Model):
    """A checkpoint that was handed to somebody outside. `proof`: what came back, e.g. a time stamp token."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT)
    kind = models.CharField(max_length=24)
    size = models.BigIntegerField()
    checkpoint = models.TextField()
    proof = models.BinaryField(default=bytes)
    failure = models.CharField(max_length=200, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["log", "kind", "-at"], name="ledger_anchored")]
