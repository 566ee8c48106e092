"""What a person typed → claims, shown before they are made."""
