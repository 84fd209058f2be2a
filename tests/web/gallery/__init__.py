"""Every macro of templates/_parts on one page, so that all are drawn at least once."""
