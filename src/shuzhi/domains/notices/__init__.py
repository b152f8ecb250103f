"""Messages to people, one-time codes and subscriptions; webhooks to other systems."""
