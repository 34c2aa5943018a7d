"""Settings from the environment, start-up, URL root and server entry points."""
