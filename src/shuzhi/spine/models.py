"""The spine's tables: accounts and grants, the outbox with its bookmarks, the audit trail, application keys."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from shuzhi.spine import actors


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A staff account. Citizens need none: they are known by a verified phone."""

    username = models.CharField(_("user name"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=64)
    unit = models.CharField(_("unit"), max_length=32, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.username

    def as_actor(self) -> actors.Actor:
        grants = tuple(actors.Grant(g.role, g.unit, g.area) for g in self.grants.all())
        return actors.Actor(actors.ActorKind.STAFF, str(self.pk), self.name, grants)


class PasswordHistory(models.Model):
    """Hashes of passwords that an account used before, so that the last five cannot return."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="old_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()


class RoleGrant(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=32)
    unit = models.CharField(max_length=32, blank=True)
    area = models.CharField(max_length=20, blank=True)
    granted_by = models.CharField(max_length=80)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "unit", "area"], name="spine_grant_once")
        ]


class OutboxEvent(models.Model):
    """One announced event. `position` is given by the sequencer after the commit and never changes."""

    position = models.BigIntegerField(null=True)
    name = models.CharField(max_length=64)
    body = models.JSONField()
    by = models.CharField(max_length=96)
    at = models.DateTimeField()

    class Meta:
        # An event stands in one of these two at a time, so that telling and numbering write no more than they must.
        indexes = [
            models.Index(
                fields=["id"], name="spine_outbox_waiting", condition=models.Q(position__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["position"],
                name="spine_outbox_position_once",
                condition=models.Q(position__isnull=False),
            ),
        ]


class Sequence(models.Model):
    """One row: the last position given. Locking it is what makes the sequencer single."""

    last_position = models.BigIntegerField(default=0)


class Bookmark(models.Model):
    """How far a listener has read, and why it stopped, if it did."""

    listener = models.CharField(max_length=96, primary_key=True)
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True)


class AuditEntry(models.Model):
    """Who saw, exported or changed what. Kept at least six months (Cybersecurity Law, art. 23)."""

    at = models.DateTimeField(db_index=True)
    by = models.CharField(max_length=96, db_index=True)
    label = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=48, db_index=True)
    subject = models.CharField(max_length=128, db_index=True)
    outcome = models.CharField(max_length=16, default="done")
    address = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)


class ApplicationKey(models.Model):
    """A key for another department's system. Only its hash is kept; the key is shown once."""

    key_id = models.CharField(max_length=24, unique=True)
    secret_hash = models.CharField(max_length=64)
    name = models.CharField(max_length=128)
    scopes = models.JSONField(default=list)
    created_by = models.CharField(max_length=96)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class RateWindow(models.Model):
    """How often a key was used in one window of time: tries of a code, reports from an address."""

    key = models.CharField(max_length=120, primary_key=True)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
