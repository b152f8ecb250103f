"""Hot issues: which demands are about one matter in one place, and what people made of that."""

from django.db import models


class HotIssue(models.Model):
    """One matter in one place.

    block: the town whose demands are compared with each other, the leading digits of its code; "" without a place.
    representative: id of the demand that says it best.   people: distinct reporters.   rank: orders issues by heat at
    any moment, see `heat.rank_of`.   owner: code of the unit that answers for the issue as a whole.
    merged_into: set when a person joined it to another; it keeps its number for old links.
    """

    block = models.CharField(max_length=20, blank=True)
    area = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=48, blank=True)
    title = models.CharField(max_length=255)
    keywords = models.JSONField(default=list)
    places = models.JSONField(default=list)
    representative = models.BigIntegerField()
    demands = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    rank = models.FloatField()
    stage = models.CharField(max_length=12)
    owner = models.CharField(max_length=32, blank=True)
    confirmed = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")

    class Meta:
        indexes = [
            models.Index(fields=["-rank"], name="insight_rank", condition=models.Q(merged_into=None)),
            models.Index(fields=["block", "last_at"], name="insight_recent"),
        ]


class IssueMember(models.Model):
    """A demand of an issue. likeness: 0 to 1 to the middle of the issue; words: what both have.

    placed: "machine", or "person", whom no later clustering overrules.
    """

    demand_id = models.BigIntegerField(primary_key=True)
    issue = models.ForeignKey(HotIssue, on_delete=models.CASCADE, related_name="members")
    likeness = models.FloatField(default=1.0)
    words = models.JSONField(default=list)
    placed = models.CharField(max_length=8, default="machine")
    reporter = models.CharField(max_length=16, blank=True)
    area = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=48, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["issue", "received_at"], name="insight_member")]


class IssueJudgement(models.Model):
    """What a person did with an issue, and enough to undo it: the demands that moved from `other` or to it."""

    issue = models.ForeignKey(HotIssue, on_delete=models.CASCADE, related_name="judgements")
    kind = models.CharField(max_length=12)
    other = models.ForeignKey(HotIssue, null=True, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField(default=list)
    because = models.CharField(max_length=500, blank=True)
    judged_by = models.CharField(max_length=96)
    judged_at = models.DateTimeField()
    undone = models.BooleanField(default=False)


class Block(models.Model):
    """A town's place in the story. heard: the last demand that was compared; version: grows when others change its issues."""

    code = models.CharField(max_length=20, primary_key=True)
    heard = models.BigIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
