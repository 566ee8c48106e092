"""Projected records → what a map draws. Never queries: records come as arguments."""
