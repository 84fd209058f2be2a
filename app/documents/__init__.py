"""Papers as PDF: a template of `templates/print/`, data and the service's own font."""
