"""The one blueprint of the supervisor's pages."""

from flask import Blueprint

blueprint = Blueprint("supervisor", __name__, url_prefix="/sup")
