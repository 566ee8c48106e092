"""What those who sign in do here: one blueprint a file, all reached from `home`."""
