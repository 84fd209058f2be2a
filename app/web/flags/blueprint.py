"""The one blueprint of the flags' pages."""

from flask import Blueprint

blueprint = Blueprint("flags", __name__, url_prefix="/flags")
