"""Who asked, who replied, how fast and with what effect: turns by speaker and time."""
