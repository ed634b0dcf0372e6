import "fake-indexeddb/auto";

import { historyContract } from "../../contract/history-contract.ts";
import { freshId, openHub } from "../../support/ports/hub-workspace.ts";

historyContract("the hub", async () => {
  const id = freshId();
  return { workspace: await openHub(id), reopen: () => openHub(id) };
});
