"""Demands from every channel: received once, masked, read, found again, and followed to their outcome."""
