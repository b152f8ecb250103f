"""Work orders and the steps they took. The steps are the truth; an order's own columns serve lists and locks."""

from django.db import models


class WorkOrder(models.Model):
    """One demand's way through the units. What follows from the steps and the calendar is kept for lists: `due_at`,
    `yellow_at` and `answered_at` (when the reply clock ended, null while it runs), `next_reminder_at`, and `asks`
    (requests that wait for a second person, separated by blanks)."""

    number = models.CharField(max_length=24, unique=True)
    demand_id = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=20)
    unit = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    category = models.CharField(max_length=12, blank=True)
    area = models.CharField(max_length=20, blank=True)
    urgency = models.CharField(max_length=20)
    flags = models.JSONField(default=list)
    can_be_called = models.BooleanField(default=True)
    limits = models.JSONField()
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    yellow_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    rung = models.CharField(max_length=24, blank=True)
    marks = models.JSONField(default=list)
    asks = models.CharField(max_length=40, blank=True)
    is_open = models.BooleanField(default=True)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged", db_index=False
    )
    next_reminder_at = models.DateTimeField(null=True)
    reminded_percent = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_at"], name="casework_state_due"),
            models.Index(fields=["unit", "state", "due_at"], name="casework_unit_queue"),
            models.Index(fields=["unit", "-opened_at"], name="casework_unit_newest"),
            models.Index(fields=["-opened_at"], name="casework_newest"),
            models.Index(fields=["area", "-opened_at"], name="casework_area_newest"),
            models.Index(fields=["category", "-opened_at"], name="casework_category_newest"),
            models.Index(fields=["due_at"], name="casework_open_due", condition=models.Q(is_open=True)),
            # Few orders join another: an index of these alone, which no planner passes over for the one on states.
            models.Index(
                fields=["merged_into", "state"],
                name="casework_joined",
                condition=models.Q(merged_into__isnull=False),
            ),
            models.Index(fields=["asks"], name="casework_asks", condition=~models.Q(asks="")),
            models.Index(
                fields=["next_reminder_at"], name="casework_next_reminder", condition=models.Q(is_open=True)
            ),
        ]

    def __str__(self) -> str:
        return self.number


class HeldDemand(models.Model):
    """A demand that has no order, because it could not be registered; the row goes when it can.

    reason: code of what stands in the way.   tried: how often.   released_at: since when a new try is under way.
    What the order would have said is shown to those who mend it, so it must fit here even when it fits nowhere else.
    """

    demand_id = models.BigIntegerField(primary_key=True)
    reason = models.CharField(max_length=48)
    kind = models.CharField(max_length=255)
    urgency = models.CharField(max_length=255)
    category = models.CharField(max_length=255, blank=True)
    area = models.CharField(max_length=255, blank=True)
    can_be_called = models.BooleanField()
    received_at = models.DateTimeField()
    held_at = models.DateTimeField()
    tried_at = models.DateTimeField()
    tried = models.PositiveIntegerField(default=1)
    released_at = models.DateTimeField(null=True)


class OrderStep(models.Model):
    """One step of an order's history; never edited. `details` holds codes and dates, `text` the words of the step."""

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=24)
    at = models.DateTimeField()
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    unit = models.CharField(max_length=32, blank=True)
    by = models.CharField(max_length=96)
    by_label = models.CharField(max_length=64, blank=True)
    because = models.TextField(blank=True)
    ground = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    late_minutes = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="casework_step_once")]


class ReplyDraft(models.Model):
    """A generated draft of a reply. sources: [kind, key, citation] of each. step: with which it went out, if it did.

    rephrased_by: the language model that put the articles into other words, "" when they stand as they are.
    """

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="drafts")
    text = models.TextField()
    sources = models.JSONField(default=list)
    rephrased_by = models.CharField(max_length=96, blank=True)
    made_by = models.CharField(max_length=96)
    made_at = models.DateTimeField()
    step = models.PositiveSmallIntegerField(null=True)


class Assist(models.Model):
    """A unit that helps the lead of a joint order, for its queue."""

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="assists")
    unit = models.CharField(max_length=32)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "done_at"], name="casework_assist_queue")]


class Rating(models.Model):
    """The requester's own judgement after closing, once per round."""

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="ratings")
    demand_id = models.BigIntegerField()
    round = models.PositiveSmallIntegerField(default=0)
    contacted = models.BooleanField()
    solved = models.BooleanField()
    satisfaction = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["demand_id", "round"], name="casework_rated_once")]


class AutomaticDispatch(models.Model):
    """From a day on, orders read at least so surely are dispatched by themselves; 0: none. Never edited.

    confidence_ppm: of the reading of the category, in millionths.
    """

    from_date = models.DateField(db_index=True)
    confidence_ppm = models.PositiveIntegerField()
    because = models.CharField(max_length=500)
    by = models.CharField(max_length=96)
    by_label = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()


class RoutingTrial(models.Model):
    """Where the reading and the catalogue would have sent a fresh order, and where people sent it.

    version, confidence_ppm: of the reading of the category.   catalogue: category, area and version of the row.
    by_itself: it was dispatched so without asking anybody, as `right` of `cases` orders had shown.
    settled: the unit that people chose, "" when they took it from its unit or needed none.   judged_at: when a person
    last said so, None while nobody has looked.
    """

    order = models.OneToOneField(WorkOrder, on_delete=models.CASCADE, related_name="trial")
    version = models.CharField(max_length=96)
    confidence_ppm = models.PositiveIntegerField()
    unit = models.CharField(max_length=32)
    catalogue = models.JSONField()
    at = models.DateTimeField()
    by_itself = models.BooleanField(default=False)
    cases = models.PositiveIntegerField(default=0)
    right = models.PositiveIntegerField(default=0)
    settled = models.CharField(max_length=32, blank=True)
    judged_by = models.CharField(max_length=96, blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["version", "confidence_ppm"], name="casework_trial_measured"),
            models.Index(fields=["-at"], name="casework_by_itself", condition=models.Q(by_itself=True)),
        ]
