"""The tables of intake. Words and contacts are sealed in tables of their own; lists read only what is masked."""

from django.db import models
from django.db.models import Q


class Demand(models.Model):
    """A demand with its masked words. `status` to `due_at` are a read model of the lead work order."""

    public_code = models.CharField(max_length=16, unique=True)
    query_code_hash = models.CharField(max_length=32)
    channel = models.CharField(max_length=24)
    source_level = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    category = models.CharField(max_length=48, blank=True)
    area = models.CharField(max_length=20, blank=True)
    place = models.CharField(max_length=255, blank=True)
    lat = models.FloatField(null=True)
    lng = models.FloatField(null=True)
    cell = models.IntegerField(null=True)
    title = models.CharField(max_length=255)
    text = models.TextField()
    urgency = models.CharField(max_length=24)
    flags = models.JSONField(default=list)
    tags = models.JSONField(default=list)
    enterprise = models.CharField(max_length=128, blank=True)
    anonymous = models.BooleanField(default=False)
    secret = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    same_as = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="repeats", db_index=False
    )
    split_from = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    fingerprint = models.CharField(max_length=64)
    source = models.CharField(max_length=96, blank=True)
    source_key = models.CharField(max_length=128, blank=True)
    idempotency_key = models.CharField(max_length=32, null=True, unique=True)
    language = models.CharField(max_length=12)
    synthetic = models.BooleanField(default=False)

    status = models.CharField(max_length=24, default="registered")
    outcome = models.CharField(max_length=24, blank=True)
    unit = models.CharField(max_length=32, blank=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"], condition=~Q(source_key=""), name="intake_source_key_once"
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="intake_received"),
            models.Index(fields=["status", "received_at"], name="intake_status_received"),
            models.Index(fields=["area", "received_at"], name="intake_area_received"),
            models.Index(fields=["category", "received_at"], name="intake_category_received"),
            models.Index(fields=["cell", "received_at"], name="intake_cell_received"),
            models.Index(fields=["fingerprint"], name="intake_fingerprint"),
            # Of the few that repeat another: no planner may take it for a way to the many that do not.
            models.Index(
                fields=["same_as"], name="intake_same_as", condition=models.Q(same_as__isnull=False)
            ),
            models.Index(
                fields=["split_from"], name="intake_split_from", condition=models.Q(split_from__isnull=False)
            ),
        ]


class DemandWords(models.Model):
    """The requester's own words and the query code, sealed; and what the machine read in them (codes, not words)."""

    demand = models.OneToOneField(Demand, primary_key=True, on_delete=models.CASCADE, related_name="words")
    title_and_text = models.TextField()
    query_code = models.TextField(blank=True)
    reading = models.JSONField(default=dict)


class Requester(models.Model):
    """The contact given with a demand, sealed. One phone may ask many times: `phone_hash` finds them all."""

    demand = models.OneToOneField(
        Demand, primary_key=True, on_delete=models.CASCADE, related_name="requester"
    )
    name = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    email = models.TextField(blank=True)
    phone_hash = models.CharField(max_length=32, blank=True)
    groups = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["phone_hash"], name="intake_phone_hash")]


class DemandOrder(models.Model):
    """A work order of a demand as last heard of: whose units may read the demand. The lowest order id leads."""

    order_id = models.BigIntegerField(primary_key=True)
    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="orders")
    unit = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "demand"], name="intake_order_unit")]


class JudgedSuggestion(models.Model):
    """What a person chose where the machine had suggested something."""

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="judged")
    field = models.CharField(max_length=16)
    suggested = models.CharField(max_length=128, blank=True)
    confidence_ppm = models.IntegerField()
    version = models.CharField(max_length=64)
    chosen = models.CharField(max_length=128)
    accepted = models.BooleanField()
    judged_by = models.CharField(max_length=96)
    judged_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["demand", "field"], name="intake_judged_once")]


class ShelvedModel(models.Model):
    """A trained text model with what was measured of it; its file lies on disk under its version."""

    version = models.CharField(max_length=96, unique=True)
    target = models.CharField(max_length=16, db_index=True)
    entry = models.JSONField()
    entered_at = models.DateTimeField()


class ModelChange(models.Model):
    """Somebody let a model serve (promoted) or took that back (rolled_back; version: what serves again). Never edited."""

    kind = models.CharField(max_length=16)
    target = models.CharField(max_length=16)
    version = models.CharField(max_length=96)
    because = models.CharField(max_length=500)
    by = models.CharField(max_length=96)
    by_label = models.CharField(max_length=128)
    at = models.DateTimeField()


class Photo(models.Model):
    """A photo, re-encoded. Until its demand is sent it belongs to the draft whose key was hashed into `draft_key`.

    sealed_key: opens the file; closed with the key of the person behind the demand once there is one.
    """

    demand = models.ForeignKey(Demand, null=True, on_delete=models.CASCADE, related_name="photos")
    draft_key = models.CharField(max_length=32, blank=True, db_index=True)
    name = models.CharField(max_length=48, unique=True)
    sealed_key = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64)
    width = models.IntegerField()
    height = models.IntegerField()
    size_bytes = models.IntegerField()
    added_by = models.CharField(max_length=96)
    added_at = models.DateTimeField()


class Supplement(models.Model):
    """Words added later, masked and sealed like the first ones."""

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="supplements")
    text = models.TextField()
    sealed_text = models.TextField()
    by = models.CharField(max_length=96)
    at = models.DateTimeField()


class TrackTry(models.Model):
    """One use of the track page, by a keyed hash of the address it came from; kept for minutes."""

    address_hash = models.CharField(max_length=32)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["address_hash", "at"], name="intake_try_address")]


class ImportRun(models.Model):
    """How far a file was imported. Committed with each chunk, so that a broken run goes on where it stopped."""

    file_hash = models.CharField(max_length=64)
    source = models.CharField(max_length=96)
    mapping = models.JSONField(default=dict)
    rows = models.BigIntegerField(default=0)
    last_line = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    merged = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    without_place = models.BigIntegerField(default=0)
    quarantine_bytes = models.BigIntegerField(default=0)
    receipts_bytes = models.BigIntegerField(default=0)
    started_by = models.CharField(max_length=96)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file_hash", "source"], name="intake_import_once")]
