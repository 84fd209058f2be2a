"""The one blueprint of the grid worker's pages."""

from flask import Blueprint

blueprint = Blueprint("worker", __name__, url_prefix="/w")
