"""What is to be asked again, whom, and what came of it."""
