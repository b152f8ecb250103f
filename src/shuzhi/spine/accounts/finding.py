"""Accounts by number, for the duties of this package."""

from django.utils.translation import gettext

from shuzhi.spine.errors import NotFound
from shuzhi.spine.models import User


def locked_account(user_id: int) -> User:
    """The account, its row locked until the transaction ends, so that two administrators cannot pass each other."""
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound(what=gettext("The account"))
    return user
