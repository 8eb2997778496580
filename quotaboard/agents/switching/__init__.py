"""The switch engine: files changed whole or not at all, journalled, and taken back. It knows no agent."""
