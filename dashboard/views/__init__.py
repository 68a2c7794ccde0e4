"""One script a page: title, controls, one call, views."""
