"""The cube of sales: the statement that answers it, and how partners see its rows."""
