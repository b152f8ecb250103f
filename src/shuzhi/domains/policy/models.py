"""Versions of rule books, and what was decided by them. Facts about people are sealed; what binds is kept for ever."""

from django.db import models


class BookVersion(models.Model):
    """A text of a book with the day from which it decides. Rows are added, never edited: the past can be replayed.

    code: name of the book.   number: counts up within the book.   state: proposed, approved or rejected.
    returns_to: the earlier number whose text this one restores, None otherwise.
    """

    code = models.CharField(max_length=48)
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64, db_index=True)
    title = models.CharField(max_length=128)
    title_en = models.CharField(max_length=128, blank=True)
    verified = models.BooleanField()
    starts_on = models.DateField()
    state = models.CharField(max_length=10)
    returns_to = models.PositiveIntegerField(null=True)
    because = models.CharField(max_length=500, blank=True)
    proposed_by = models.CharField(max_length=96)
    proposed_at = models.DateTimeField()
    settled_by = models.CharField(max_length=96, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="policy_version_once")]


class Contract(models.Model):
    """How a book's grants are carried out.

    two_signatures: two different people sign what is decided by hand.   swept_on: the day for which all households
    were last looked at.
    """

    code = models.CharField(max_length=48, unique=True)
    paused = models.BooleanField(default=False)
    paused_because = models.CharField(max_length=500, blank=True)
    two_signatures = models.BooleanField(default=False)
    swept_on = models.DateField(null=True)


class Entitlement(models.Model):
    """What one person or household has by one rule of a book.

    subject: the person's code, or the household's.   amount_fen: what was granted for one period; while nothing is,
    what the facts promise.   token: hash of the secret in the link of the offer.   reached: by message or by visit.
    """

    code = models.CharField(max_length=48)
    rule = models.CharField(max_length=48)
    subject = models.CharField(max_length=32)
    household = models.CharField(max_length=32, db_index=True)
    area = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    amount_fen = models.BigIntegerField()
    from_day = models.DateField()
    reached = models.CharField(max_length=8, blank=True)
    token = models.CharField(max_length=32, blank=True, db_index=True)
    found_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "rule", "subject"], name="policy_entitled_once")
        ]
        indexes = [models.Index(fields=["code", "state", "area"], name="policy_entitled_state")]


class Decision(models.Model):
    """One decision about an entitlement. sealed: the facts and the salt, encrypted; inputs_seal: their salted hash."""

    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10)
    amount_fen = models.BigIntegerField()
    as_of = models.DateField()
    version = models.ForeignKey(BookVersion, on_delete=models.PROTECT)
    sealed = models.TextField()
    inputs_seal = models.CharField(max_length=64)
    by_machine = models.BooleanField()
    because = models.CharField(max_length=500, blank=True)
    made_by = models.CharField(max_length=96)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entitlement", "number"], name="policy_decision_number")
        ]


class Review(models.Model):
    """Something that only a person may decide. kind: grant, cut, stop, dispute or recover.

    proposed_fen: what the rules would give.   sealed: the facts that led here.   first_by: the first of two signatures.
    words: what the person says in a dispute, sealed.
    """

    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=8)
    proposed_fen = models.BigIntegerField()
    as_of = models.DateField()
    version = models.ForeignKey(BookVersion, on_delete=models.PROTECT)
    sealed = models.TextField()
    inputs_seal = models.CharField(max_length=64)
    words = models.TextField(blank=True)
    disputed = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT)
    opened_at = models.DateTimeField()
    first_by = models.CharField(max_length=96, blank=True)
    first_outcome = models.CharField(max_length=10, blank=True)
    settled_by = models.CharField(max_length=96, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement", "kind"],
                condition=models.Q(settled_at=None),
                name="policy_review_open_once",
            )
        ]


class Batch(models.Model):
    """A file of payment orders. digest: SHA-256 of its bytes, which are the same whenever it is made again."""

    code = models.CharField(max_length=48)
    period = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    orders = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()
    made_by = models.CharField(max_length=96)
    made_at = models.DateTimeField()


class Payment(models.Model):
    """Money for one period, once: the unique `key` is what keeps it so, whatever is retried or runs beside.

    key: book, rule, subject and period as the book's `once_per` says.   run: the run that wrote it.
    """

    key = models.CharField(max_length=160, unique=True)
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="payments")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT)
    code = models.CharField(max_length=48)
    period = models.CharField(max_length=10)
    amount_fen = models.BigIntegerField()
    run = models.CharField(max_length=32, db_index=True)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="payments")
    ordered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["code", "batch"], name="policy_payment_waiting")]


class PopulationCopy(models.Model):
    """A synthetic population for simulations, whole. digest: SHA-256 of the content."""

    digest = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    households = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    as_of = models.DateField()
    made_at = models.DateTimeField()


class Scenario(models.Model):
    """A simulation that somebody kept. digest: of everything that went in, so that equal digests mean equal figures."""

    digest = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=48, db_index=True)
    title = models.CharField(max_length=128)
    asked = models.JSONField()
    figures = models.JSONField()
    made_by = models.CharField(max_length=96)
    made_at = models.DateTimeField()
