"""What the desk knows: articles, what is missing among them, and how like tickets were solved."""
