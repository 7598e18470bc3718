"""The ticket under the cursor: its conversation, its facts, and where an answer is written."""
