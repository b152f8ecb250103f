"""Shuzhi carries a citizen's voice to a public, verifiable outcome."""
