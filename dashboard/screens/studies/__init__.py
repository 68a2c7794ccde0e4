"""The Studies page: the list, labels and removal, two studies side by side."""
