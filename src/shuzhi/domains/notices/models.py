"""The room's tables. Addresses, contexts and secrets are sealed; a keyed hash finds a person's messages again."""

from django.db import models


class Message(models.Model):
    """One message to one recipient. `key` is the same at every try, so that a gateway can drop repeats."""

    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=8)
    inbox = models.CharField(
        max_length=48, db_index=True
    )  # "staff:17", "unit:U07", or "phone:" with the keyed hash
    address_sealed = models.TextField(blank=True)
    template = models.CharField(max_length=48)
    context_sealed = models.TextField(blank=True)
    language = models.CharField(max_length=16)
    about = models.CharField(max_length=96, blank=True, db_index=True)
    by = models.CharField(max_length=96)
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=8)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-urgent", "next_try_at", "id"], name="notices_waiting"),
        ]


class OneTimeCode(models.Model):
    """The newest code of a phone for a purpose. Only a keyed hash of it is kept."""

    phone_hash = models.CharField(max_length=32)
    purpose = models.CharField(max_length=32)
    code_hash = models.CharField(max_length=32)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["phone_hash", "purpose"], name="notices_code_newest")]


class Subscription(models.Model):
    """Somebody who wants to hear how a demand goes on, known by its public code."""

    demand_code = models.CharField(max_length=32)
    kind = models.CharField(max_length=8)
    address_hash = models.CharField(max_length=32)
    address_sealed = models.TextField()
    language = models.CharField(max_length=16)
    state = models.CharField(max_length=8)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["demand_code", "address_hash"], name="notices_subscribed_once"),
        ]


class Webhook(models.Model):
    """A system that hears of events. Its cursor moves only after the receiver said yes."""

    url = models.CharField(max_length=500)
    events = models.JSONField()  # event names; empty: all
    secret_sealed = models.TextField()
    position = models.BigIntegerField()
    paused = models.BooleanField(default=False)
    failures = models.PositiveIntegerField(default=0)
    last_failure = models.CharField(max_length=200, blank=True)
    next_try_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=96)
    created_at = models.DateTimeField()
