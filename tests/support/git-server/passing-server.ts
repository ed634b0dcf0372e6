import { runServer } from "../../../sync-server/run-server.ts";
import { temporaryBuild } from "../../unit/server/fixture.ts";

/** The app's real server on a free port, allowed to call the Git hosts of a test. `origin` is how Node reaches it. */
export async function startPassingServer(
  ...hosts: string[]
): Promise<{ origin: string; stop(): Promise<void> }> {
  const server = await runServer(
    { PORT: "0", LOG_LEVEL: "silent", OKCVM_PRIVATE_HOSTS: hosts.join(",") },
    temporaryBuild(),
  );
  return { origin: `http://127.0.0.1:${new URL(server.origin).port}`, stop: () => server.stop(1000) };
}
