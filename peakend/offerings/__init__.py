"""What is sold: brands (own and competing), categories, products."""
