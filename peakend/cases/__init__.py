"""Who mends it by when: one case per cause, steps, promises, closing."""
