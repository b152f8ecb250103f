"""Hot issues: which demands are about one matter in one place, and what people made of that."""

from django.db import models

from shuzhi.domains.insight.forecast_models import Forecast, ForecastRun
from shuzhi.domains.insight.pattern_models import PatternFinding, PatternRun, ReturningCaller
from shuzhi.domains.insight.process_models import ProcessFlow
from shuzhi.domains.insight.topic_models import MonthlyTopic
from shuzhi.domains.insight.warning_models import ChecklistVersion, RaisedWarning, WarningStep

__all__ = [
    "Block",
    "Brief",
    "BriefEdit",
    "ChecklistVersion",
    "DecisionTask",
    "Evidence",
    "Forecast",
    "ForecastRun",
    "HotIssue",
    "IssueJudgement",
    "IssueMember",
    "KeptIndex",
    "KnownScenario",
    "MonthlyTopic",
    "PatternFinding",
    "PatternRun",
    "ProcessFlow",
    "Question",
    "QuestionOption",
    "RaisedWarning",
    "ReturningCaller",
    "WarningStep",
]


class HotIssue(models.Model):
    """One matter in one place.

    block: the town whose demands are compared with each other, the leading digits of its code; "" without a place.
    representative: id of the demand that says it best.   people: distinct reporters.   rank: orders issues by heat at
    any moment, see `heat.rank_of`.   need: see `need.need_of`.   owner: code of the unit that answers for the issue as a whole.
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
    need = models.FloatField(default=0.0)
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


class KeptIndex(models.Model):
    """A town's open issues by their words, so that nobody reads ninety days again for one demand.

    version, heard: those of the town when it was written.   index: see `OpenBlock.kept`.
    """

    block = models.OneToOneField(Block, primary_key=True, on_delete=models.CASCADE)
    version = models.PositiveIntegerField()
    heard = models.BigIntegerField()
    index = models.BinaryField()


class Question(models.Model):
    """What a leader is to settle, from the first draft to what it changed. state: see `questions.State`.

    risk: what may go wrong and what keeps it small.   basis: the law, plan or rule that it rests on.
    area, category: where and what it is about; the effect is counted there.   starts_on: the day from which it acts.
    supersedes: the decided question that this one replaces once it is decided.
    record: the decision as it was made, to the byte; digest: its SHA-256, which the ledger seals.
    """

    title = models.CharField(max_length=200)
    background = models.TextField(blank=True)
    risk = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    area = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=48, blank=True)
    issue = models.ForeignKey(HotIssue, null=True, on_delete=models.PROTECT, related_name="questions")
    state = models.CharField(max_length=12)
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    drafted_by = models.CharField(max_length=96)
    drafted_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    sent_back_because = models.CharField(max_length=500, blank=True)
    chosen = models.PositiveSmallIntegerField(null=True)
    because = models.TextField(blank=True)
    starts_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=96, blank=True)
    decided_name = models.CharField(max_length=96, blank=True)
    decided_at = models.DateTimeField(null=True)
    record = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-moved_at"], name="insight_question_state"),
        ]


class Evidence(models.Model):
    """What speaks for or against. kind: issue, measure, scenario or warning; reference: its number, name or digest.

    figures: what it said at the moment when it was taken, so that later figures do not change a decision's grounds.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=12)
    reference = models.CharField(max_length=128)
    figures = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True)
    taken_at = models.DateTimeField()


class QuestionOption(models.Model):
    """One way to answer a question. number: counted from 1.   cost_fen: in all, from public money."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    cost_fen = models.BigIntegerField()
    benefit = models.TextField()
    affected = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="insight_option_number"),
        ]


class DecisionTask(models.Model):
    """What a unit is to do after a decision. told: what it said when it was done."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="tasks")
    unit = models.CharField(max_length=32)
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    given_by = models.CharField(max_length=96)
    given_at = models.DateTimeField()
    told = models.CharField(max_length=500, blank=True)
    done_by = models.CharField(max_length=96, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "due_on"], name="insight_task_unit")]


class KnownScenario(models.Model):
    """A simulation that the policy room kept, as its news told: the room is a neighbour and is asked nothing."""

    digest = models.CharField(max_length=64, primary_key=True)
    book = models.CharField(max_length=48)
    cost_fen = models.BigIntegerField()
    winners = models.PositiveIntegerField()
    losers = models.PositiveIntegerField()
    households = models.PositiveIntegerField()
    kept_at = models.DateTimeField()


class Brief(models.Model):
    """A brief of a period or about a question. generated: the text as the system made it; text: as it stands now.

    figures: what stands behind each number of the text, in the order in which the text names them, see `brief_text`.
    number: which one of its kind in the year, 0 before it is issued.
    """

    kind = models.CharField(max_length=12)
    since = models.DateTimeField()
    until = models.DateTimeField()
    question = models.ForeignKey(Question, null=True, on_delete=models.PROTECT, related_name="briefs")
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    generated = models.TextField()
    text = models.TextField()
    figures = models.JSONField(default=list)
    state = models.CharField(max_length=12)
    number = models.PositiveIntegerField(default=0)
    made_by = models.CharField(max_length=96)
    made_at = models.DateTimeField()
    issued_by = models.CharField(max_length=96, blank=True)
    issued_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "-until"], name="insight_brief_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "since", "until", "language"],
                condition=models.Q(question=None),
                name="insight_brief_once",
            ),
        ]


class BriefEdit(models.Model):
    """The text after somebody changed it; before the first stands what was generated."""

    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="edits")
    text = models.TextField()
    edited_by = models.CharField(max_length=96)
    edited_name = models.CharField(max_length=96, blank=True)
    edited_at = models.DateTimeField()
