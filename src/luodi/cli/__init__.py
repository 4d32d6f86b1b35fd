"""The commands. Nothing here decides anything; each command calls the room that does."""
