import "fake-indexeddb/auto";

import { workspaceContract } from "../../contract/workspace-contract.ts";
import { openHub } from "./hub-workspace.ts";

let count = 0;

workspaceContract("the hub", async () => {
  const database = `contract-${count++}`;
  return { workspace: await openHub(database), reopen: () => openHub(database) };
});
