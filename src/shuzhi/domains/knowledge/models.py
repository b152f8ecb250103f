"""Articles and their versions. A version is never edited: whoever changes an article writes the next one."""

from django.db import models


class Article(models.Model):
    """One question that people ask. code: under which staff cite it; current: the version in force, if any."""

    code = models.CharField(max_length=24, unique=True)
    current = models.OneToOneField("ArticleVersion", null=True, on_delete=models.PROTECT, related_name="+")
    synthetic = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code


class ArticleVersion(models.Model):
    """What an article says, or would say.

    state: "waiting" for a second person, "current", "former" or "declined".   because: what this version changes.
    remark: the reviewer's reason.   category, area, unit: codes of the registry, area "" for the whole city.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160, blank=True)
    question = models.CharField(max_length=500)
    answer = models.TextField()
    basis = models.CharField(max_length=500, blank=True)
    category = models.CharField(max_length=12)
    area = models.CharField(max_length=20, blank=True)
    unit = models.CharField(max_length=32)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    review_on = models.DateField()
    because = models.CharField(max_length=500, blank=True)
    written_by = models.CharField(max_length=96)
    written_by_label = models.CharField(max_length=64, blank=True)
    written_at = models.DateTimeField()
    remark = models.CharField(max_length=500, blank=True)
    reviewed_by = models.CharField(max_length=96, blank=True)
    reviewed_by_label = models.CharField(max_length=64, blank=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="knowledge_version_once"),
            models.UniqueConstraint(
                fields=["article"], condition=models.Q(state="waiting"), name="knowledge_one_waits"
            ),
        ]
        indexes = [models.Index(fields=["state", "review_on"], name="knowledge_to_review")]


class ArticleUse(models.Model):
    """An article was cited for an order: in a direct answer or a reply, once for each order."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="uses")
    version = models.PositiveIntegerField()
    order_id = models.BigIntegerField()
    used_by = models.CharField(max_length=96)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "order_id"], name="knowledge_used_once")]
