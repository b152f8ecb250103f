"""The patterns engine: what belongs together more than chance explains, and how cases flow."""

from shuzhi.engines.patterns.discovery import FALSE_SHARE, false_shares
from shuzhi.engines.patterns.flow import (
    Flow,
    HandOver,
    Log,
    Passage,
    Stay,
    Variant,
)
from shuzhi.engines.patterns.following import LONGEST_LAG, Following, Occurrences
from shuzhi.engines.patterns.hotspots import LEAST_CASES, Hotspot, hotspots
from shuzhi.engines.patterns.shares import HighShare, high_shares

__all__ = [
    "FALSE_SHARE",
    "LEAST_CASES",
    "LONGEST_LAG",
    "Flow",
    "Following",
    "HandOver",
    "HighShare",
    "Hotspot",
    "Log",
    "Occurrences",
    "Passage",
    "Stay",
    "Variant",
    "false_shares",
    "high_shares",
    "hotspots",
]
