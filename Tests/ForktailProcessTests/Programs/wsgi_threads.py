"""An application that starts a thread while it is loaded."""
import threading

from wsgi_site import application

threading.Thread(target=threading.Event().wait, name="collector", daemon=True).start()
