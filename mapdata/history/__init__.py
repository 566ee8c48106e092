"""What happened: told, taken back, erased."""
