"""The one blueprint of the custody pages."""

from flask import Blueprint

blueprint = Blueprint("custody", __name__, url_prefix="/custody")
