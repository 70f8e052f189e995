# SPDX-License-Identifier: Apache-2.0
"""s3_server.py PORT [SLOW] [FAULTS] [whole]: a bucket `releases` in memory on loopback, for what the emulator moto cannot show.

Conditional writes are atomic. Every request must be signed: botocore, whose folder PYTHONPATH names, computes the signature
again from the request as it arrived, and the body must have the digest that was signed. SLOW: seconds to wait after each
64 KiB of an object that is read. FAULTS: of so many requests one fails, in turn by 500, 429, a reset before it is looked
at, and an answer that is lost after it was done. whole: it does not know Range, and sends all. Access key AKIDEXAMPLE, secret CANARY-secret, region us-east-1.
"""
import hashlib
import hmac
import re
import sys
import threading
import time
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SLOW = float(sys.argv[2]) if len(sys.argv) > 2 else 0
FAULTS = int(sys.argv[3]) if len(sys.argv) > 3 else 0
WHOLE = "whole" in sys.argv[4:]
SECRET = "CANARY-secret"
lock = threading.Lock()
objects, uploads = {}, {}  # key -> (bytes, metadata); id -> {number: bytes}
requests = 0


def signature_of(handler, body):
    """What is wrong with the signature, or nothing."""
    scheme, _, rest = handler.headers.get("Authorization", "").partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if scheme != "AWS4-HMAC-SHA256" or not fields.get("Credential", "").startswith("AKIDEXAMPLE/"):
        return "no signature"
    names = fields["SignedHeaders"].split(";")
    for name in handler.headers:
        if name.lower().startswith("x-amz-") and name.lower() not in names:
            return name + " is not signed"
    if names != sorted(names) or not {"host", "x-amz-content-sha256", "x-amz-date"} <= set(names):
        return "headers are missing in the signature"
    if handler.headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
        return "the body has another digest"
    _, date, region, service, _ = fields["Credential"].split("/")
    if (region, service) != ("us-east-1", "s3") or not handler.headers["x-amz-date"].startswith(date):
        return "another scope"
    request = AWSRequest(handler.command, "http://" + handler.headers["Host"] + handler.path,
                         headers={name: handler.headers[name] for name in names}, data=body)
    request.context["timestamp"] = handler.headers["x-amz-date"]
    auth = S3SigV4Auth(Credentials("AKIDEXAMPLE", SECRET), service, region)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    if not hmac.compare_digest(auth.signature(text, request), fields["Signature"]):
        return "another signature"
    return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name == "Content-Length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        for begin in range(0, len(body), 65536):
            self.wfile.write(body[begin:begin + 65536])
            if SLOW and self.command == "GET":
                time.sleep(SLOW)

    def error(self, status, code, headers=()):
        self.answer(status, f"<Error><Code>{code}</Code><Message>-</Message></Error>".encode(), headers)

    def handle_request(self):
        global requests
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with lock:
            requests += 1
            fault = (requests // FAULTS) % 4 if FAULTS and requests % FAULTS == 0 else None
        if fault == 0:
            return self.error(500, "InternalError")
        if fault == 1:
            return self.error(429, "SlowDown", [("Retry-After", "0")])
        if fault == 2:
            self.close_connection = True
            return self.connection.shutdown(2)
        if fault == 3:
            self.wfile = open("/dev/null", "wb")
        wrong = signature_of(self, body)
        if wrong:
            sys.stderr.write(f"{self.command} {self.path}: {wrong}\n")
            self.error(403, "SignatureDoesNotMatch")
        else:
            self.serve(body)
        if fault == 3:
            self.close_connection = True
            self.connection.shutdown(2)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_request

    def serve(self, body):
        path, _, query_text = self.path.partition("?")
        query = dict(urllib.parse.parse_qsl(query_text, keep_blank_values=True))
        bucket, _, key = urllib.parse.unquote(path[1:]).partition("/")
        if bucket != "releases":
            return self.error(404, "NoSuchBucket")
        if not key:
            return self.list(query.get("prefix", ""))
        return getattr(self, "serve_" + self.command)(key, query, body)

    def list(self, prefix):
        with lock:
            found = sorted((key, len(value[0])) for key, value in objects.items() if key.startswith(prefix))
        rows = "".join(f"<Contents><Key>{escape(key)}</Key><Size>{size}</Size></Contents>" for key, size in found)
        self.answer(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode())

    def serve_HEAD(self, key, _query, _body):
        with lock:
            found = objects.get(key)
        if found is None:
            return self.error(404, "NoSuchKey")
        bytes_, metadata = found
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if wanted is None or WHOLE:
            return self.answer(200, bytes_, list(metadata.items()))
        begin, end = int(wanted[1]), min(int(wanted[2]) + 1, len(bytes_))
        if begin >= len(bytes_):
            return self.error(416, "InvalidRange")
        place = ("Content-Range", f"bytes {begin}-{end - 1}/{len(bytes_)}")
        self.answer(206, bytes_[begin:end], [place, *metadata.items()])

    serve_GET = serve_HEAD

    def create(self, key, bytes_, metadata):
        """False if something is there; nothing comes between looking and writing."""
        with lock:
            if self.headers.get("If-None-Match") == "*" and key in objects:
                return False
            objects[key] = (bytes_, metadata)
            return True

    def metadata(self):
        return {name: value for name, value in self.headers.items() if name.lower().startswith("x-amz-meta-")}

    def serve_PUT(self, key, query, body):
        if "partNumber" in query:
            with lock:
                if query["uploadId"] not in uploads:
                    return self.error(404, "NoSuchUpload")
                uploads[query["uploadId"]][1][int(query["partNumber"])] = body
        elif not self.create(key, body, self.metadata()):
            return self.error(412, "PreconditionFailed")
        self.answer(200, b"", [("ETag", '"' + hashlib.md5(body).hexdigest() + '"')])

    def serve_POST(self, key, query, _body):
        if "uploads" in query:
            name = uuid.uuid4().hex
            with lock:
                uploads[name] = (self.metadata(), {})
            return self.answer(200, f"<InitiateMultipartUploadResult><UploadId>{name}</UploadId></InitiateMultipartUploadResult>".encode())
        with lock:
            found = uploads.get(query.get("uploadId"))
        if found is None:
            return self.error(404, "NoSuchUpload")
        if not self.create(key, b"".join(found[1][n] for n in sorted(found[1])), found[0]):
            return self.error(412, "PreconditionFailed")
        with lock:
            uploads.pop(query["uploadId"], None)
        self.answer(200, b"<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>")

    def serve_DELETE(self, _key, query, _body):
        with lock:
            uploads.pop(query.get("uploadId"), None)
        self.answer(204)


ThreadingHTTPServer.daemon_threads = True
ThreadingHTTPServer.request_queue_size = 64
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
