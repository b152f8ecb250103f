"""The public ledger: seals decisions into a witnessed transparency log that anybody can verify."""
