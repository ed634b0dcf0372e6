import { OkcvmError } from "../../../src/domain/errors.ts";
import { mountRoot } from "../../../src/domain/ids.ts";
import { serveCalls, type Caller, type Methods, type PortLike } from "../../../src/domain/rpc.ts";
import { hubMethods } from "../../../src/workspace/hub-methods.ts";
import { gitMethods } from "../../../src/workspace/transfer/git-methods.ts";
import { transferMethods } from "../../../src/workspace/transfer/transfer-methods.ts";
import { WorkspaceClient, type Listeners } from "../../../src/workspace/workspace-client.ts";

/** The mount of every workspace of tests: ids begin with eight zeros. */
export const ROOT = "/mnt/okcvm-00000000";

let count = 0;

/** An id no other test of this process has; its mount is ROOT. */
export function freshId(): string {
  return `00000000-${count++}`;
}

/** The real workspace over its real hub, in this thread instead of a Worker. Each call opens a hub of its own, as another tab would. */
export async function openHub(id: string, serverOrigin = ""): Promise<WorkspaceClient> {
  const listeners: Listeners = { changes: new Set(), history: new Set() };
  const methods = hubMethods((notice) => {
    if (notice.kind === "history") for (const listener of listeners.history) listener();
    else for (const listener of listeners.changes) listener(notice.changes, notice.origin);
  });
  const hub = directCaller(methods);
  await hub.call("open", id, mountRoot(id));
  const lock = { release: () => {}, lost: new Promise<void>(() => {}), isLost: () => false };
  const workers = {
    hub: () => threadlessWorker(() => methods),
    transfer: () => threadlessWorker(() => transferMethods()),
    git: () => threadlessWorker((tell) => gitMethods(tell)),
  };
  const server = { origin: serverOrigin, device: async () => null };
  return new WorkspaceClient({ id, hub, listeners, lock, workers, server });
}

function directCaller(methods: Methods): Caller {
  return {
    async call<T>(name: string, ...args: unknown[]): Promise<T> {
      const method = methods[name];
      if (!method) throw new OkcvmError("internal", `No method ${name}.`);
      return (await method(...(args as never[]))) as T;
    },
    close: () => {},
  };
}

/** A Worker's interface over a message channel. */
function threadlessWorker(make: (tell: (notice: unknown) => void) => Methods): Worker {
  const { port1, port2 } = new MessageChannel();
  const wire = serveCalls(
    port2 as unknown as PortLike,
    make((notice) => wire.notify(notice)),
  );
  port1.start();
  port2.start();
  return Object.assign(port1, {
    terminate: () => {
      port1.close();
      port2.close();
    },
  }) as unknown as Worker;
}
