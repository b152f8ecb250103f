"""A busy machine must not fail a property: no example has a deadline here."""

from hypothesis import settings

settings.register_profile("without-deadline", deadline=None)
settings.load_profile("without-deadline")
