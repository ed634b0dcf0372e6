import "fake-indexeddb/auto";

import { workspaceContract } from "../../contract/workspace-contract.ts";
import { freshId, openHub } from "../../support/ports/hub-workspace.ts";

workspaceContract("the hub", async () => {
  const id = freshId();
  return { workspace: await openHub(id), reopen: () => openHub(id) };
});
