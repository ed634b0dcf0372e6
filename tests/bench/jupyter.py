"""Runs cells in a real Jupyter kernel. Reads one JSON line a request on stdin: {"code": ...} or {"restart": true}; answers milliseconds."""

import json
import sys
import time

from jupyter_client.manager import start_new_kernel

started = time.perf_counter()
manager, client = start_new_kernel(kernel_name="python3", cwd=sys.argv[1])
print(json.dumps((time.perf_counter() - started) * 1000), flush=True)


def run(code):
    reply = client.execute_interactive(code, output_hook=lambda message: None)
    if reply["content"]["status"] != "ok":
        raise RuntimeError(reply["content"])


for line in sys.stdin:
    request = json.loads(line)
    started = time.perf_counter()
    if request.get("restart"):
        manager.restart_kernel(now=True)
        client.wait_for_ready()
        run("")
    else:
        run(request["code"])
    print(json.dumps((time.perf_counter() - started) * 1000), flush=True)

client.stop_channels()
manager.shutdown_kernel(now=True)
