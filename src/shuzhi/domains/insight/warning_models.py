"""Early warnings, what people did with them, and the checklists that they open."""

from django.db import models


class RaisedWarning(models.Model):
    """Something more than chance in an area. One stands for a subject of an area at a time; new findings renew it.

    subject: a checklist that gathers several matters, or one category.   matters: [[category, came, expected, first
    day, last day, area below `area` in which they came or ""], …] of the demands.   readings: [{"quantity", "value",
    "day", "told_on"}, …] that say the same.   false_alarms: alarms at least so strong that an area would see in a month if nothing were
    the matter.   days: [[came, expected], …] of the last four weeks up to last_day.   evidence: ids of the newest
    demands.   tasks: [{"text", "text_en", "done_by", "done_at"}, …], copied from the checklist as it stood when the
    warning opened.
    """

    area = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=48)
    checklist = models.CharField(max_length=32)
    checklist_version = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=12)
    level = models.CharField(max_length=8)
    gravity = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=16, default="raised")
    outcome = models.CharField(max_length=8, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    came = models.FloatField(default=0)
    expected = models.FloatField(default=0)
    false_alarms = models.FloatField()
    matters = models.JSONField(default=list)
    readings = models.JSONField(default=list)
    days = models.JSONField(default=list)
    evidence = models.JSONField(default=list)
    tasks = models.JSONField(default=list)
    raised_at = models.DateTimeField()
    renewed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "subject"],
                condition=~models.Q(state="closed"),
                name="insight_one_open_warning",
            ),
        ]
        indexes = [models.Index(fields=["state", "-gravity", "-last_day"], name="insight_warning_state")]


class WarningStep(models.Model):
    """Something that happened to a warning. Never edited. action: raised, raised_level, acknowledge, act, task, close."""

    warning = models.ForeignKey(RaisedWarning, on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(max_length=16)
    detail = models.CharField(max_length=64, blank=True)
    because = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=96)
    by_label = models.CharField(max_length=128)
    at = models.DateTimeField()


class ChecklistVersion(models.Model):
    """A county's own version of a checklist, in force from a date on; the shipped one is version 0."""

    code = models.CharField(max_length=32)
    version = models.PositiveIntegerField()
    from_date = models.DateField()
    categories = models.JSONField(default=list)
    levels = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    because = models.CharField(max_length=500)
    by = models.CharField(max_length=96)
    by_label = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="insight_checklist_version"),
        ]
