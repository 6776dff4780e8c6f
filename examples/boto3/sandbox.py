"""trailspan's sandbox for the tests of a project."""

import json
import subprocess
import urllib.request

import boto3


class Sandbox:
    """An AWS of its own, until stop()."""

    def __init__(self, *flags):
        self._process = subprocess.Popen(
            ["trailspan", "sandbox", "--listen", "127.0.0.1:0", *flags],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        # The first line is written when it listens: export AWS_ENDPOINT_URL=http://127.0.0.1:40123
        _, _, self.url = self._process.stdout.readline().strip().partition("=")
        if not self.url:
            raise RuntimeError(f"trailspan sandbox ended with exit code {self._process.wait()}")

    def stop(self):
        self._process.terminate()
        self._process.communicate()

    def client(self, service, region="ap-northeast-1", account="123456789012"):
        """A client of any service; the access key ID says which account calls."""
        return boto3.client(service, endpoint_url=self.url, region_name=region,
                            aws_access_key_id=account, aws_secret_access_key="any")

    def reset(self):
        """Back to the world that it began with, without faults."""
        self._ask("POST", "/_sandbox/reset")

    def inject(self, *faults):
        """The next calls that match a fault meet it."""
        self._ask("POST", "/_sandbox/faults", json.dumps(faults))

    def count(self, action):
        """How often an action was called since the last reset."""
        return sum(c["count"] for c in self._ask("GET", "/_sandbox/calls") if c["action"] == action)

    def _ask(self, method, path, body=""):
        request = urllib.request.Request(self.url + path, method=method, data=body.encode() or None)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")
