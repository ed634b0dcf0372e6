import { OkcvmError } from "../../domain/errors.ts";
import { makeCaller, type Caller, type PortLike } from "../../domain/rpc.ts";

/** Runs a task with a Worker of its own, which is ended after it. */
export async function withWorker<T>(
  makeWorker: () => Worker,
  task: (worker: Caller) => Promise<T>,
  onNotice: (value: unknown) => void = () => {},
): Promise<T> {
  const worker = makeWorker();
  const caller = makeCaller(worker as unknown as PortLike, onNotice);
  worker.addEventListener("error", (event) => {
    caller.close(new OkcvmError("internal", `The transfer stopped: ${event.message}. Try again.`));
  });
  try {
    return await task(caller);
  } finally {
    worker.terminate();
  }
}
