"""How work orders flow, counted at night for every part of the county that pages ask for."""

from django.db import models


class ProcessFlow(models.Model):
    """What happened to the orders that were opened in the last `days` days before `until`.

    area, category: a part of the whole and a category of the first level, "" for all.   unit: orders that this unit
    ever had, "" for all.   flow: the engine's flow.   longest: [[state, demand_id, unit, waited minutes], …] of orders
    that wait now. All times are working minutes.
    """

    days = models.PositiveSmallIntegerField()
    until = models.DateField()
    area = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=48, blank=True)
    unit = models.CharField(max_length=32, blank=True)
    orders = models.PositiveIntegerField()
    flow = models.JSONField()
    longest = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["days", "area", "category", "unit"], name="insight_process_flow_once"
            ),
        ]
