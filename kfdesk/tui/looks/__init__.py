"""How the console looks on the terminal that there is: schemes, themes, colours, signs."""
