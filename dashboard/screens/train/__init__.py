"""The Train page: settings of a study, its start, and how it is going."""
