"""moto's server with a bucket of usage reports that is there from the start: put by hand, over HTTP, they would take longer than the test.

usage: python3 moto-usage.py PORT BUCKET < keys.json, where keys.json is {"key": "content", ...}
"""

import json
import sys

from moto.s3.models import s3_backends
from moto.server import main

port, bucket = sys.argv[1:]
backend = s3_backends["123456789012"]["aws"]
backend.create_bucket(bucket, "us-east-1")
for key, content in json.load(sys.stdin).items():
    backend.put_object(bucket, key, content.encode())
main(["-H", "127.0.0.1", "-p", port])
