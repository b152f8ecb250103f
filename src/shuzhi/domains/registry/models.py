"""The registry's tables. Between rooms only codes travel, so every table is found by its code."""

from django.db import models


class TopicVersion(models.Model):
    """Changes whenever its part of the registry changes; what tells every process to forget what it had read."""

    topic = models.CharField(max_length=16, primary_key=True)
    version = models.BigIntegerField()


class Area(models.Model):
    """A division. `path` holds the codes from the top down to itself, each followed by a slash: "9901…/9902…/"."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=128)
    name_en = models.CharField(max_length=128, blank=True)
    level = models.CharField(max_length=16, db_index=True)
    parent = models.CharField(max_length=20, blank=True, db_index=True)
    path = models.CharField(max_length=200, db_index=True)
    depth = models.PositiveSmallIntegerField()
    lat = models.FloatField(null=True)
    lng = models.FloatField(null=True)
    boundary = models.JSONField(null=True)


class Place(models.Model):
    """Something people name when they say where: a road, an estate, a school."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=128)
    aliases = models.JSONField(default=list)
    area = models.CharField(max_length=20, db_index=True)
    lat = models.FloatField(null=True)
    lng = models.FloatField(null=True)
    kind = models.CharField(max_length=32, blank=True)


class Unit(models.Model):
    """A handling unit. Units are compared inside their tier only."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=128)
    name_en = models.CharField(max_length=128, blank=True)
    tier = models.CharField(max_length=16)
    area = models.CharField(max_length=20, blank=True, db_index=True)
    parent = models.CharField(max_length=32, blank=True)
    phone = models.CharField(max_length=32, blank=True)


class UnitCost(models.Model):
    """What the handling of demands cost a unit from one day to another, both included."""

    unit = models.CharField(max_length=32)
    from_date = models.DateField()
    until_date = models.DateField()
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "from_date"], name="registry_cost_once")]


class Reading(models.Model):
    """What was measured or foretold; see the event ReadingTaken."""

    station = models.CharField(max_length=32, blank=True)
    area = models.CharField(max_length=20)
    quantity = models.CharField(max_length=24)
    value_milli = models.BigIntegerField()
    observed_at = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["observed_at", "quantity", "area", "station", "told_at"], name="registry_reading_once"
            )
        ]


class Post(models.Model):
    """holder: the official who acts in it in public, whose name stays where others are hidden; empty for the others."""

    code = models.CharField(max_length=64, unique=True)
    unit = models.CharField(max_length=32, db_index=True)
    title = models.CharField(max_length=64)
    title_en = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=32)
    holder = models.CharField(max_length=64, blank=True)


class Category(models.Model):
    """A node of the category tree. A child's code begins with its parent's: the catalogue counts on it."""

    code = models.CharField(max_length=12, unique=True)
    parent = models.CharField(max_length=12, blank=True, db_index=True)
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=64)
    name_en = models.CharField(max_length=128, blank=True)
    keywords = models.JSONField(default=list)


class CatalogueEntry(models.Model):
    """Who handles a category in an area from a date on. Rows are added, never edited: the past stays explainable."""

    category = models.CharField(max_length=12)
    area = models.CharField(max_length=20)
    unit = models.CharField(max_length=32)
    from_date = models.DateField()
    version = models.PositiveIntegerField()
    because = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=96)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "area", "version"], name="registry_catalogue_version")
        ]


class CatalogueProposal(models.Model):
    """A ruling that the catalogue does not know yet, until a steward takes it over or declines it.

    position: of the event that proposed it, so that hearing it again adds nothing.   order: number of the work order
    that the ruling settled.
    """

    position = models.BigIntegerField(unique=True)
    category = models.CharField(max_length=12)
    area = models.CharField(max_length=20)
    unit = models.CharField(max_length=32)
    order = models.CharField(max_length=24, blank=True)
    proposed_at = models.DateTimeField()
    decision = models.CharField(max_length=8, blank=True)
    because = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=96, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["proposed_at"],
                name="registry_open_proposals",
                condition=models.Q(decision=""),
            )
        ]


class SlaRow(models.Model):
    """Time limits from a date on; "*" stands for any kind or urgency, an empty category for any category.

    A limit is written as amount and unit, e.g. "5 workday".
    """

    kind = models.CharField(max_length=24)
    urgency = models.CharField(max_length=24)
    category = models.CharField(max_length=12, blank=True)
    contact = models.CharField(max_length=24)
    sign_in = models.CharField(max_length=24)
    finish = models.CharField(max_length=24)
    return_window = models.CharField(max_length=24)
    statutory = models.CharField(max_length=24, blank=True)
    law = models.CharField(max_length=200, blank=True)
    from_date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "urgency", "category", "from_date"], name="registry_sla_once"
            )
        ]


class CalendarDay(models.Model):
    """A day that differs from its weekday. source: "national" as published, "own" as the county decided."""

    day = models.DateField(unique=True)
    kind = models.CharField(max_length=16)
    hours = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=128, blank=True)
    source = models.CharField(max_length=16)


class OfficeHours(models.Model):
    """The hours of a usual working day from a date on, e.g. "09:00-12:00,13:30-17:30": the gap is lunch."""

    from_date = models.DateField(unique=True)
    hours = models.CharField(max_length=64)


class ReplyTemplate(models.Model):
    code = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=64)
    text = models.TextField()


class Synonyms(models.Model):
    """Words for one thing; takes the place of the group of the same code that comes with the program."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=64)
    name_en = models.CharField(max_length=128, blank=True)
    words = models.JSONField(default=list)


class Household(models.Model):
    """People at one address. income: 1.0 is the average of the whole registry. The address is sealed."""

    code = models.CharField(max_length=32, unique=True)
    area = models.CharField(max_length=20, db_index=True)
    address = models.TextField(blank=True)
    income = models.FloatField(null=True)
    fingerprint = models.CharField(max_length=32)


class Person(models.Model):
    """Somebody the county serves. Name, phone and identity number are sealed; hashes find them again."""

    code = models.CharField(max_length=32, unique=True)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    area = models.CharField(max_length=20, db_index=True)
    sex = models.CharField(max_length=8, blank=True)
    birth = models.DateField(null=True)
    name = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    phone_hash = models.CharField(max_length=32, blank=True, db_index=True)
    id_number = models.TextField(blank=True)
    id_hash = models.CharField(max_length=32, blank=True, db_index=True)
    fingerprint = models.CharField(max_length=32)


class Membership(models.Model):
    """A person's belonging to a priority group, e.g. "elderly"."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    group = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="registry_membership_once")]


class Fact(models.Model):
    """What an office says about a household, or about one of its people, from a day on.

    name: as the rule books call it.   value: a number in the fact's unit, true or false, a day, or a word.
    source: the office and register that said it.   until: the last day on which it held, None while it holds.
    """

    household = models.CharField(max_length=32)
    person = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=48)
    value = models.JSONField()
    source = models.CharField(max_length=64)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "person", "name", "since"], name="registry_fact_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["name", "household"], name="registry_fact_named")]


class Consent(models.Model):
    """A person lets the county use facts for a purpose. until: the day from which it no longer holds."""

    person = models.CharField(max_length=32)
    purpose = models.CharField(max_length=24)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "purpose"], name="registry_consent_once")]
