# Accepts by itself, one connection at a time, and does nothing at a stop signal.
import os, signal, socket, time
listener = socket.socket(fileno=3)
text = f"{os.environ['FORKTAIL_SLOT']} {os.getpid()} {os.environ['FORKTAIL_GENERATION']}\n"
while True:
    connection = listener.accept()[0]
    path = connection.recv(65536).split(b" ")[1]
    time.sleep({b"/slow": 2, b"/hang": 1e6}.get(path, 0))
    if path == b"/crash": os.kill(os.getpid(), signal.SIGKILL)
    connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
    connection.close()
