"""Forecasts as they were made: what was expected before anybody could know."""

from django.db import models


class ForecastRun(models.Model):
    """One look ahead. first_day: the first day that was not known.   digest: SHA-256 of the counts it was made from.

    days: of history.   weather: SHA-256 of the weather file, "" without one.   breaks: [[day, kind], …] of the last weeks.
    """

    made_at = models.DateTimeField()
    first_day = models.DateField(db_index=True)
    digest = models.CharField(max_length=64)
    days = models.PositiveIntegerField()
    weather = models.CharField(max_length=64, blank=True)
    breaks = models.JSONField(default=list)


class Forecast(models.Model):
    """What a run expects of one area and category, "" for all. The lists stand in the order of the days.

    served: the model.   errors: {model: mean absolute error}.   error: of what would have been served.   scaled: that
    divided by the baseline's, unknown when the baseline never erred.   last_week: unknown when one of its days is.   ahead: [[expected, low, high], …] from first_day
    on.   record: [[expected, low, high, came or null], …] of the judged days, the last one before first_day.
    """

    run = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="forecasts")
    area = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=48, blank=True)
    served = models.CharField(max_length=32)
    errors = models.JSONField()
    error = models.FloatField()
    scaled = models.FloatField(null=True)
    judged = models.PositiveIntegerField()
    covered = models.PositiveIntegerField()
    total = models.FloatField()
    total_low = models.FloatField()
    total_high = models.FloatField()
    last_week = models.FloatField(null=True)
    ahead = models.JSONField()
    record = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "area", "category"], name="insight_forecast_once"),
        ]
