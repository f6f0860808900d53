"""An invented world to look at and to test against. Nobody in it exists; refused in production."""
