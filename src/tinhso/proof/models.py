"""Tables of the log: entries, the tree over them, signed checkpoints, keys, and the audit of commands."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.append_only import AppendOnly
from tinhso.proof.querysets import AuditQuerySet


class Entry(AppendOnly):
    """What a command says to the log, before the sequencer gives it a place.

    `payload` is canonical JSON text (foundation.canonical): no personal data, only salted hashes of it.
    """

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    payload = models.TextField()
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta(AppendOnly.Meta):
        abstract = False
        indexes = [models.Index(fields=["kind", "subject"], name="proof_entry_subject")]


class Leaf(AppendOnly):
    """The place of an entry in the log: leaves are numbered from 0 without gaps.

    `hash` is the RFC 6962 leaf hash of the entry's canonical bytes, in hex.
    """

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="leaf")
    hash = models.CharField(max_length=64)

    class Meta(AppendOnly.Meta):
        abstract = False
        indexes = [models.Index(fields=["hash"], name="proof_leaf_hash")]
        constraints = [models.CheckConstraint(condition=models.Q(index__gte=0), name="proof_leaf_index_from_0")]


class TreeNode(AppendOnly):
    """Hash of a complete subtree of 2**level leaves, the index-th of its level; kept for every fourth level."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="proof_node_once")]


class Checkpoint(AppendOnly):
    """The signed state of the log at a size: `note` is a C2SP signed note over origin, size and root."""

    size = models.BigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    note = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.CheckConstraint(condition=models.Q(size__gt=0), name="proof_checkpoint_not_empty")]


class KeyRole(models.TextChoices):
    """Whose key it is."""

    LOG = "log", _("Sổ")
    PROVINCE = "province", _("Tỉnh")
    OPERATOR = "operator", _("Doanh nghiệp")
    AUDITOR = "auditor", _("Kiểm toán")


class LogKey(models.Model):
    """A public key that signs checkpoints: the log's own, or a countersigner's that this server never holds.

    `owner` is the code of the agency or organisation; `name` and `verifier` are as in C2SP signed notes. A
    signature counts when made in [valid_from, valid_to).
    """

    owner = models.CharField(max_length=80, db_index=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=10, choices=KeyRole.choices)
    algorithm = models.CharField(max_length=10, default="ed25519")
    public_key = models.CharField(max_length=64)
    verifier = models.CharField(max_length=200, unique=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["public_key"], name="proof_key_one_owner"),
            models.CheckConstraint(condition=models.Q(role__in=KeyRole.values), name="proof_key_known_role"),
            models.CheckConstraint(condition=models.Q(algorithm="ed25519"), name="proof_key_known_algorithm"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="proof_key_interval_ordered",
            ),
        ]


class Countersignature(AppendOnly):
    """Another party's signature line on a checkpoint: it saw this state and no other at this size."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="countersignatures")
    key = models.ForeignKey(LogKey, on_delete=models.PROTECT, related_name="countersignatures")
    line = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["checkpoint", "key"], name="proof_countersigned_once")]


class AuditRecord(AppendOnly):
    """One command: who did what to what, when; `detail_hash` seals the values before and after."""

    verb = models.CharField(max_length=80)
    actor_code = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    target = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    detail_hash = models.CharField(max_length=64)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT)

    objects = AuditQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["at"], name="proof_audit_at"),
            models.Index(fields=["verb", "at"], name="proof_audit_verb"),
            models.Index(fields=["actor_code", "at"], name="proof_audit_actor"),
            models.Index(fields=["target", "at"], name="proof_audit_target"),
        ]


class AuditDetail(models.Model):
    """The values before and after, apart from the record so that retention rules can erase them."""

    record = models.OneToOneField(AuditRecord, on_delete=models.PROTECT, related_name="detail")
    salt = models.CharField(max_length=32)
    values = models.TextField()
