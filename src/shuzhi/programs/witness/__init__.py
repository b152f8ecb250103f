"""shuzhi-witness: cosigns a ledger's checkpoints as long as it only ever grows (C2SP tlog-witness)."""
