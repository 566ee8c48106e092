"""What the commands of all packages share."""

from commands.cli import CannotStart, Command, Group, LazyChoice, LazyGroup, Sentences, actor_id, existing

__all__ = ["CannotStart", "Command", "Group", "LazyChoice", "LazyGroup", "Sentences", "actor_id", "existing"]
