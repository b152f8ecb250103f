"""shuzhi-verify: checks receipts and whole ledgers offline, with nothing but Python 3.9 or later."""
