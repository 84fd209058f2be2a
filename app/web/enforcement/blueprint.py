"""The one blueprint of the enforcement pages."""

from flask import Blueprint

blueprint = Blueprint("enforcement", __name__, url_prefix="/enf")
