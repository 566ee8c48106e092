"""What sources said → the entry that follows from it → what one reader may see of it."""
