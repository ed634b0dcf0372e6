import "fake-indexeddb/auto";

import { beforeAll } from "vitest";

import { EmbeddedSandbox } from "../../../src/sandbox/embedded/embedded-sandbox.ts";
import { sandboxContract } from "../../contract/sandbox-contract.ts";
import { freshId, openHub } from "../../support/ports/hub-workspace.ts";
import { memoryWorkspace } from "../../support/ports/memory-workspace.ts";
import { MemorySandbox } from "../../support/ports/memory-sandbox.ts";
import { buildKernel, openNodeHost } from "./node-host.ts";

let kernel = "";

beforeAll(async () => {
  kernel = await buildKernel();
}, 60_000);

sandboxContract("the embedded shell", async () => {
  const workspace = await openHub(freshId());
  const sandbox = new EmbeddedSandbox({ workspace, loadKernel: async () => kernel, openHost: openNodeHost });
  return { sandbox, workspace };
});

sandboxContract(
  "the shell in memory",
  async () => {
    const workspace = memoryWorkspace();
    return { sandbox: new MemorySandbox(workspace), workspace };
  },
  { canKill: false },
);
