# hostile.py PORT-FILE FOLDER: an exchange gone mad. It answers each route with the file FOLDER/ROUTE (the path's last part), byte for
# byte, and 404 where there is none; FOLDER/ROUTE.once is a refusal (400), once, before that; the time is FOLDER/now.
import http.server
import os
import sys


class Exchange(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        route = self.path.split("?")[0].rsplit("/", 1)[1]
        file = os.path.join(sys.argv[2], route)
        status = 200 if os.path.exists(file) else 404
        body = b""
        if status == 200:
            with open(file, "rb") as f:
                body = f.read()
        if os.path.exists(file + ".once"):
            with open(file + ".once", "rb") as f:
                body = f.read()
            os.remove(file + ".once")
            status = 400
        if route == "time":
            with open(os.path.join(sys.argv[2], "now")) as f:
                body = b'{"serverTime":%d}' % int(f.read())
            status = 200
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        with open(os.path.join(sys.argv[2], "asked"), "a") as f:
            f.write(f"{self.command} {self.path.split('?')[0]}\n")

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, *args):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Exchange)
with open(sys.argv[1], "w") as f:
    f.write(f"{server.server_port}\n")
print("listening", flush=True)
server.serve_forever()
