"""What goes out: mail, chat robots, webhooks, notices in the product, delivery log."""
