"""Why customers judge as they do: the words that say so, brought together."""
