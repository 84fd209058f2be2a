"""Messages wait in the outbox with the change that caused them and leave after its commit."""
