"""shuzhi-monitor: reads a ledger as it grows, and says aloud when something is not right."""
