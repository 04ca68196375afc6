"""The load every service gets alike: uploads from several clients, a collection processed, `/health` watched.

It runs in processes of its own, so that it measures the service and not itself.
"""
