"""The linear mode: the desk as a talk in lines."""
