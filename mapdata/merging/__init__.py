"""Two entries → one, and back; and finding the pairs that may be one."""
