"""What an assessment found, for people: a page, a list per town, a walk through the whole way."""
