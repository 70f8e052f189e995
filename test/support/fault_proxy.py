# SPDX-License-Identifier: Apache-2.0
"""fault_proxy.py PORT TARGET: HTTP on loopback, handed on to the server at TARGET (HOST:PORT) and back, but for one fault.

An address with `fault-KIND-N` in it has a fault at its request number N, from 0, of those with this marker. GET /reset begins to
count anew. KIND: resetbefore (the server never sees it), resetafter (served, the answer is lost), cut (half of the body, then
a reset), short (half of the body, and a length that says so), late500 (served, but the answer is 500), 401, 429, 500, 503.
"""
import collections
import http.client
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TARGET = sys.argv[2]
lock = threading.Lock()
counts = collections.Counter()


def fault_of(path):
    found = re.search(r"fault-([a-z0-9]+)-(\d+)", path)
    if not found:
        return ""
    with lock:
        count = counts[found[0]]
        counts[found[0]] += 1
    return found[1] if count == int(found[2]) else ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def reset(self):
        self.close_connection = True
        self.connection.shutdown(2)

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("transfer-encoding", "connection", "server", "date", "content-length"):
                self.send_header(name, value)
        length = [value for name, value in headers if name.lower() == "content-length"]
        head = self.command == "HEAD"
        self.send_header("Content-Length", length[0] if head and length else str(len(body)))
        self.end_headers()
        if not head:
            self.wfile.write(body)

    def ask(self, body):
        server = http.client.HTTPConnection(TARGET, timeout=60)
        server.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in ("connection", "expect"):
                server.putheader(name, value)
        server.endheaders(body)
        answer = server.getresponse()
        content = answer.read()
        server.close()
        return answer.status, answer.getheaders(), content

    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/reset":
            with lock:
                counts.clear()
            return self.answer(200, [], b"")
        fault = fault_of(self.path)
        if fault == "resetbefore":
            return self.reset()
        if fault in ("401", "429", "500", "503"):
            more = {"429": [("Retry-After", "1")], "401": [("WWW-Authenticate", 'Basic realm="test"')]}
            return self.answer(int(fault), more.get(fault, []), b"")
        status, headers, content = self.ask(body)
        if fault == "late500":
            return self.answer(500, [], b"")
        if fault == "short":
            content = content[:len(content) // 2]
        if fault == "cut" and content:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[:len(content) // 2])
            self.wfile.flush()
        if fault in ("cut", "resetafter"):
            return self.reset()
        return self.answer(status, headers, content)

    do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = handle_request


ThreadingHTTPServer.daemon_threads = True
ThreadingHTTPServer.request_queue_size = 64
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
