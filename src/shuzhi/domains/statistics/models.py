"""What statistics remembers: read models that the story of events rebuilds at any time, to the byte."""

from django.db import models


class OrderFact(models.Model):
    """Everything that measures ask of one work order.

    position: of the last event that counted.   unit: responsible, also after closing; first_unit: of the first
    dispatch.   began_at: when the present round began, at registering or at the last reopening.   late_minutes:
    working minutes past the promised time.   minutes_taken: from began_at to the reply that stood, set at closing.
    set_aside: why nobody is measured by this order, a code of `following.Aside`, "" when it counts.
    steps: of the last step that counted.   callback_…: of the present round; rated_…: the requester's own rating, kept apart.
    """

    order_id = models.BigIntegerField(primary_key=True)
    demand_id = models.BigIntegerField(db_index=True)
    position = models.BigIntegerField()
    state = models.CharField(max_length=20)
    unit = models.CharField(max_length=32, blank=True)
    first_unit = models.CharField(max_length=32, blank=True)
    category = models.CharField(max_length=32, blank=True)
    area = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=16)
    channel = models.CharField(max_length=32)
    urgency = models.CharField(max_length=32)
    outcome = models.CharField(max_length=12, blank=True)
    set_aside = models.CharField(max_length=12, blank=True)
    threat = models.BooleanField(default=False)
    reachable = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    began_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    first_contact_at = models.DateTimeField(null=True)
    contact_in_time = models.BooleanField(null=True)
    replied_at = models.DateTimeField(null=True)
    first_closed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    late_minutes = models.PositiveIntegerField(default=0)
    minutes_taken = models.PositiveIntegerField(null=True)
    answered_directly = models.BooleanField(default=False)
    dispatches = models.PositiveSmallIntegerField(default=0)
    redispatches = models.PositiveSmallIntegerField(default=0)
    returns = models.PositiveSmallIntegerField(default=0)
    reworks = models.PositiveSmallIntegerField(default=0)
    extensions = models.PositiveSmallIntegerField(default=0)
    suspensions = models.PositiveSmallIntegerField(default=0)
    reopenings = models.PositiveSmallIntegerField(default=0)
    repeated = models.BooleanField(default=False)
    callback_tries = models.PositiveSmallIntegerField(default=0)
    callback_reached = models.BooleanField(default=False)
    callback_contacted = models.BooleanField(null=True)
    callback_solved = models.BooleanField(null=True)
    callback_satisfaction = models.PositiveSmallIntegerField(null=True)
    rated_contacted = models.BooleanField(null=True)
    rated_solved = models.BooleanField(null=True)
    rated_satisfaction = models.PositiveSmallIntegerField(null=True)
    steps = models.PositiveIntegerField(default=0)


class DemandTrait(models.Model):
    """What an order inherits from its demand and its own events do not say; only demands that are unusual have one."""

    demand_id = models.BigIntegerField(primary_key=True)
    threat = models.BooleanField()
    reachable = models.BooleanField()


class Warehouse(models.Model):
    """One row: which files hold the facts, up to which event. Whoever loads locks it; who reads trusts it alone.

    files: {table: {"months": {"2026-05": path}, "news": [path, …]}} below the warehouse's folder.   heard_at: when
    the last event in it was announced.   rebuilt_to: the position at which a rebuild that is under way is complete.
    version: grows with every change.
    """

    position = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)
    heard_at = models.DateTimeField(null=True)
    rebuilt_to = models.BigIntegerField(default=0)
    files = models.JSONField(default=dict)


class Quarantined(models.Model):
    """An event that breaks a rule of quality: kept and counted, told to nobody else.

    rule: a code of `quality.RULES`.   subject: the order or demand that it tells of, its own position for others.
    """

    position = models.BigIntegerField(primary_key=True)
    event = models.CharField(max_length=64)
    rule = models.CharField(max_length=32)
    subject = models.BigIntegerField()
    at = models.DateTimeField()
