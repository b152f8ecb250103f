"""The patterns engine: what belongs together more than chance explains, and how cases flow."""

from shuzhi.engines.patterns.flow import (
    Flow,
    HandOver,
    Log,
    Passage,
    Stay,
    Variant,
)

__all__ = [
    "Flow",
    "HandOver",
    "Log",
    "Passage",
    "Stay",
    "Variant",
]
