"""Engines think: values in, values out; libraries that anyone may use without the rest."""
