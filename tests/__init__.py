"""The tests mirror the packages; browser/ drives Chromium."""
