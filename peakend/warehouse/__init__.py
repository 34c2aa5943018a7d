"""Facts, rollup cells and queries: all Delta, DuckDB and Ibis live here. No framework."""
