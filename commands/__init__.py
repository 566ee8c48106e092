"""What the commands of all packages share, and what everything that runs writes of itself (`commands.logs`)."""

from commands.cli import CannotStart, Command, Group, LazyChoice, LazyGroup, Sentences, actor_id, existing

__all__ = ["CannotStart", "Command", "Group", "LazyChoice", "LazyGroup", "Sentences", "actor_id", "existing"]
