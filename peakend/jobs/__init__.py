"""Long work: started, watched, cancelled, resumed."""
