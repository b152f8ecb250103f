"""Who hears of what: the one table that joins the rooms."""

from collections.abc import Callable

from shuzhi.spine import outbox

LISTENERS: tuple[outbox.Listener, ...] = ()

# What the worker does between rounds of delivery; each returns how much it did.
CHORES: tuple[Callable[[], int], ...] = ()
