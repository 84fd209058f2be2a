"""Who reported: tracking codes, contacts and payees, kept sealed and opened only with a reason."""
