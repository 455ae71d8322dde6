"""What people see: the terminal commands and the chat page. It shows answers; :mod:`rag` makes them."""
