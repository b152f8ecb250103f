"""The site assembles: settings, urls, wiring, one API, one CLI, the home page and the design system."""
