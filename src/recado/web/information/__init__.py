"""Information pages as staff write them: directions, preparations, conditions, in every language that is spoken there."""
