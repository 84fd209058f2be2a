"""The one blueprint of the desk's pages."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
