"""Monthly topics: matters proposed before they come, and what people decided."""

from django.db import models


class MonthlyTopic(models.Model):
    """A matter of a coming month. month: its first day.   years: [[year, came, expected of such a month], …].

    state: proposed, accepted or declined.   owner: code of the unit that leads once it is accepted.
    """

    month = models.DateField()
    category = models.CharField(max_length=48)
    years = models.JSONField(default=list)
    ratio = models.FloatField()
    chance = models.FloatField()
    state = models.CharField(max_length=12, default="proposed")
    owner = models.CharField(max_length=32, blank=True)
    because = models.CharField(max_length=500, blank=True)
    judged_by = models.CharField(max_length=96, blank=True)
    judged_by_label = models.CharField(max_length=128, blank=True)
    judged_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "category"], name="insight_topic_once"),
        ]
