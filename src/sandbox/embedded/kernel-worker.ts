import "./globals.ts";

import type { Entry, TreeChange } from "../../domain/changes.ts";
import { OkcvmError } from "../../domain/errors.ts";
import { makeCaller, serveCalls, type PortLike } from "../../domain/rpc.ts";
import { JournalSender } from "../engine/journal-sender.ts";
import { onWorkerStart } from "../frame/worker-start.ts";
import { ReplicaFs } from "./replica-fs.ts";
import { runShell, type ShellRun } from "./shell.ts";

/** What the kernel tells unasked: a running command's output. */
export interface KernelNotice {
  chunk: string;
  stream: "stdout" | "stderr";
}

onWorkerStart(serve);

function serve(port: MessagePort): void {
  const host = makeCaller(port as unknown as PortLike);
  const journal = new JournalSender((changes) => host.call("journal", changes));
  let fs: ReplicaFs | null = null;

  function replica(): ReplicaFs {
    if (!fs) throw new OkcvmError("internal", "The engine has no files yet.");
    return fs;
  }

  const wire = serveCalls(port as unknown as PortLike, {
    seed(root: string, entries: Entry[]) {
      fs = new ReplicaFs({
        root,
        loadContent(path) {
          // The workspace must know where the file is now before it is asked for it.
          journal.flush();
          return host.call("content", path);
        },
        onChange: (change) => journal.add(change),
      });
      fs.seed(entries);
    },
    changes: (changes: TreeChange[]) => replica().applyRemote(changes),
    async run(run: ShellRun) {
      const result = await runShell(replica(), run, {
        output: (chunk, stream) => wire.notify({ chunk, stream } satisfies KernelNotice),
        // What a statement that ended has done must outlive a kill in the next one.
        statementEnd: () => journal.flush(),
      });
      await journal.settle();
      return result;
    },
  });
  port.start();
}
