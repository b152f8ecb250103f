"""Patterns as they were found: what belongs together more than chance explains, and who calls again."""

from django.db import models


class PatternRun(models.Model):
    """One search. first_day, last_day: of the demands.   looked: {kind: how many were looked at}."""

    made_at = models.DateTimeField()
    first_day = models.DateField()
    last_day = models.DateField()
    looked = models.JSONField()


class PatternFinding(models.Model):
    """Something that a run found. kind: "hotspot", "following" or "returning".

    area: that holds all places, "" for the whole.   places: codes of towns.   category, then: codes; `then` of what
    follows.   lag: days.   first_day, last_day: when it happened, last included.   cases: people of whom `came` called
    again.   chance: of so much by chance.   false_share: of the findings up to this one.   series: what the picture
    shows.   demands: [[first, …], …] ids of demands that belong together.
    """

    run = models.ForeignKey(PatternRun, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=12)
    area = models.CharField(max_length=20, blank=True)
    places = models.JSONField(default=list)
    category = models.CharField(max_length=48)
    then = models.CharField(max_length=48, blank=True)
    lag = models.PositiveSmallIntegerField(default=0)
    first_day = models.DateField()
    last_day = models.DateField()
    came = models.PositiveIntegerField()
    cases = models.PositiveIntegerField(default=0)
    expected = models.FloatField()
    chance = models.FloatField()
    false_share = models.FloatField()
    series = models.JSONField(default=list)
    demands = models.JSONField(default=list)


class ReturningCaller(models.Model):
    """Somebody who called again about the same matter, as the last run found. reporter: an opaque key of the phone."""

    reporter = models.CharField(max_length=16)
    area = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=48)
    calls = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    demands = models.JSONField()
