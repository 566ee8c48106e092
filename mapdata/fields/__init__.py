"""What an entry can say: a cell of a list ↔ a claimed value; words of 開催日時 → days. Pure: nothing is stored."""
