import type { Change, Entry, TreeChange } from "../../../domain/changes.ts";
import { OkcvmError } from "../../../domain/errors.ts";
import { makeCaller, serveCalls, type Caller, type PortLike } from "../../../domain/rpc.ts";
import type { WorkerStart } from "../../frame/frame.ts";
import { onWorkerStart } from "../../frame/worker-start.ts";
import type { KernelNotice, Wheel } from "../wire.ts";
import { boot, GivenFiles, type Booted, type PreparedFiles } from "./boot.ts";
import { Kernel } from "./kernel.ts";

onWorkerStart(serve);

function serve(port: MessagePort, { line: memory, kept }: WorkerStart): void {
  const host = makeCaller(port as unknown as PortLike);
  const given = new GivenFiles();
  let kernel: Kernel | null = null;
  let snapshot: Booted["snapshot"] = null;

  function started(): Kernel {
    if (!kernel) throw new OkcvmError("internal", "The interpreter has not been started.");
    return kernel;
  }

  const wire = serveCalls(port as unknown as PortLike, {
    async start(root: string, entries: Entry[]) {
      const booted = await boot(kept as PreparedFiles, given);
      const { pyodide } = booted;
      snapshot = booted.snapshot;
      const notify = (notice: KernelNotice): void => wire.notify(notice);
      watchFatal(pyodide, (reason) => {
        kernel?.flush();
        notify({ kind: "fatal", reason });
      });
      kernel = new Kernel({ pyodide, given, memory, root, notify, ...pageOf(host) }, entries);
      return snapshot !== null;
    },
    takeSnapshot() {
      const taken = snapshot;
      snapshot = null;
      return taken;
    },
    imports: (code: string, changes: TreeChange[]) => started().imports(code, changes),
    installed: () => started().installed(),
    install: (wheels: Wheel[]) => started().install(wheels),
    addFonts: (fonts: Record<string, ArrayBuffer>) => started().addFonts(fonts),
    run: (code: string, count: number, changes: TreeChange[]) => started().run(code, count, changes),
    interrupt: () => started().interrupt(),
  });
  port.start();
}

function pageOf(
  host: Caller,
): Pick<ConstructorParameters<typeof Kernel>[0], "journal" | "content" | "install"> {
  return {
    journal: (changes: Change[]) => host.call("journal", changes),
    content: (path) => host.call("content", path),
    install: (words, cwd) => host.call("install", words, cwd),
  };
}

/** After a fatal error the interpreter answers nothing any more: what waits for it must be told. */
function watchFatal(pyodide: object, tell: (reason: string) => void): void {
  const { _api } = pyodide as { _api: { on_fatal?: (error: unknown) => void } };
  _api.on_fatal = (error) => tell(String(error));
}
