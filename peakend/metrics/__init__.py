"""What is measured: definitions and readings with n, interval and comparison."""
