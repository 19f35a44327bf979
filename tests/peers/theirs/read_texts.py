"""Reads texts with telethon: a JSON line {"html"} in, a JSON line {"words", "entities", "faults"} out."""

import json
import sys
from pathlib import Path

from html_read import faults, read, strictly


def told(written: str) -> str:
    words, entities = read(written)
    found = faults(written)
    if not found and words.strip() != strictly(written).strip():
        found = ["two readings of one text"]
    return json.dumps({"words": words, "entities": entities, "faults": found})


for line in Path(sys.argv[1]).read_text("utf-8").splitlines():
    sys.stdout.write(told(json.loads(line)["html"]) + "\n")
