"""What is wrong with an installation, and the way to mend it. Looks only: nothing is made, nothing changed."""
