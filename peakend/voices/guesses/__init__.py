"""What a file's columns mean, judged from their names and contents."""
