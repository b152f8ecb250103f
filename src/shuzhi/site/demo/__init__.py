"""The demo county: a synthetic place with people, demands and their work orders, carried in through the services."""
