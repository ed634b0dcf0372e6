import { MemoryWorkspace } from "../../support/ports/memory-workspace.ts";
import { workspaceContract } from "../../contract/workspace-contract.ts";

// The tests of this folder stand on it, so it keeps the contract that the real one keeps. Its "disk" is itself.
workspaceContract("MemoryWorkspace", async () => {
  const workspace = new MemoryWorkspace();
  return { workspace, reopen: async () => workspace };
});
