"""A receiver of Diascribe's webhooks: proves who sent one, answers at once, takes each once.

WEBHOOK_SECRET=whsec_… python receive_webhooks.py 8123
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

SECRET = Webhook(os.environ["WEBHOOK_SECRET"])
SEEN: set[str] = set()  # in earnest: a table with a unique column
MOST_BYTES = 100_000


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers["Content-Length"] or 0), MOST_BYTES))
        try:
            SECRET.verify(body, dict(self.headers))
        except WebhookVerificationError as error:
            self.send_error(401, str(error))
            return
        self.send_response(204)
        self.end_headers()
        if self.headers["webhook-id"] not in SEEN:
            SEEN.add(self.headers["webhook-id"])
            event = json.loads(body)
            print(event["type"], event["data"]["id"], flush=True)


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver) as server:
        print("listening on port", server.server_port, flush=True)
        server.serve_forever()
