"""One's own brand beside its competitors and the industry."""
