"""Knowledge: what staff and complainants are told, in versions; lessons, model cases, methods; what is asked and not answered."""
