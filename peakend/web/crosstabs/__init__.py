"""Cross-tabs: who answers what, with every pair of columns compared."""
