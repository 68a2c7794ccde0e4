"""The pages, a folder each: the page itself, its parts, and its words. No page knows another."""
