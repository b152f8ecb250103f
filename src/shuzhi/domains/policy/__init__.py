"""The law written once as code: it answers, explains, finds who is entitled, pays once, and is simulated before it changes."""
