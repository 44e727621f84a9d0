"""Books as rows of a spreadsheet that staff take out, edit and bring back."""
