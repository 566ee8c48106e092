"""What everyone may open without signing in."""
