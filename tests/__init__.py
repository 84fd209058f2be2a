"""Tests by what they look at: rules, features, web, flows, browser, architecture, migrations."""
