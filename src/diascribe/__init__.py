"""Who said what and when: one engine from a laptop to a fleet."""
