"""An application that is never loaded."""
while True:
    pass
