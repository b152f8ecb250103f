"""Programs that stand alone around the ledger: others run them, to hold the platform to account."""
