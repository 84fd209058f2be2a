"""The blueprint of the citizen's pages; every view module hangs its routes on it."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)
