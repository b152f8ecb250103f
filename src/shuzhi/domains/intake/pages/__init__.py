"""Pages of intake: reporting, the receipt, photos, the call-taker's page."""
