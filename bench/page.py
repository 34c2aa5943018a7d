"""A product that stands ready, and opens its overview when told to."""

import json
import sys

from peakend.config.start import start_django

if __name__ == "__main__":
    start_django()
    from django.test import Client

    from peakend.organization.models import User

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="bench"))
    client.get("/")
    print("ready", flush=True)
    sys.stdin.readline()
    answer = client.get("/")
    pains = answer.content.decode().count("pk-point-row")
    print(json.dumps({"status": answer.status_code, "pains": pains}), flush=True)
