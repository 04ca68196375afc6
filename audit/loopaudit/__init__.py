"""No Python event loop is ever blocked without its team knowing the line, the route and the cure."""

__version__ = "0.1.0.dev0"
