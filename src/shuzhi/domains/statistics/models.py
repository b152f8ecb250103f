"""What statistics remembers: read models that the story of events rebuilds at any time, to the byte."""

from django.db import models


class OrderFact(models.Model):
    """Everything that measures ask of one work order.

    position: of the last event that counted.   unit: responsible, also after closing; first_unit: of the first
    dispatch.   began_at: when the present round began, at registering or at the last reopening.   late_minutes:
    working minutes past the promised time.   minutes_taken: from began_at to the reply that stood, set at closing.
    set_aside: why nobody is measured by this order, a code of `following.Aside`, "" when it counts.
    callback_…: of the present round; rated_…: the requester's own rating, kept apart.
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

    class Meta:
        indexes = [
            models.Index(fields=["opened_at"], name="statistics_opened"),
            models.Index(fields=["dispatched_at"], name="statistics_dispatched"),
            models.Index(fields=["closed_at"], name="statistics_closed"),
            models.Index(fields=["first_closed_at"], name="statistics_first_closed"),
            models.Index(
                fields=["due_at"],
                name="statistics_open_due",
                condition=models.Q(closed_at__isnull=True, replied_at__isnull=True),
            ),
        ]


class DemandTrait(models.Model):
    """What an order inherits from its demand and its own events do not say; only demands that are unusual have one."""

    demand_id = models.BigIntegerField(primary_key=True)
    threat = models.BooleanField()
    reachable = models.BooleanField()
