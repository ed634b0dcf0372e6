import { fileURLToPath } from "node:url";
import { accountCommand } from "./account-command.ts";
import { backupCommand } from "./backup-command.ts";
import { ConfigError } from "./config-error.ts";
import { restoredCommand } from "./restored-command.ts";
import { runServer, type RunningServer } from "./run-server.ts";

const DRAIN_LIMIT_MS = 10_000;
/** A terminal and a package manager both pass one Ctrl-C on; only a later one is a second wish. */
const SECOND_SIGNAL_AFTER_MS = 1000;

const [command, ...words] = process.argv.slice(2);

try {
  if (command !== undefined) {
    process.stdout.write(await run(command, words));
    process.exit(0);
  }
  // The build puts this file into dist/server/, beside app/ and site/.
  const server = await runServer(process.env, fileURLToPath(new URL("..", import.meta.url)));
  stopOnSignals(server);
  process.stdout.write(`OKCVM is ready at ${server.origin}\n`);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(error.exitCode);
}

/** What the operator may have done instead of a server. Answers what to print. */
async function run(command: string, words: readonly string[]): Promise<string> {
  switch (command) {
    case "account":
      return accountCommand(words, process.env);
    case "backup":
      return backupCommand(words, process.env);
    case "restored":
      return restoredCommand(words, process.env);
    default:
      throw new ConfigError("The commands are account, backup and restored; without one, the server starts.");
  }
}

function stopOnSignals(server: RunningServer): void {
  let firstAt: number | null = null;
  const onSignal = async () => {
    if (firstAt !== null) {
      if (performance.now() - firstAt > SECOND_SIGNAL_AFTER_MS) process.exit(1);
      return;
    }
    firstAt = performance.now();
    await server.stop(DRAIN_LIMIT_MS);
    process.exit(0);
  };
  process.on("SIGTERM", () => void onSignal());
  process.on("SIGINT", () => void onSignal());
}
