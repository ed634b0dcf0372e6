import "fake-indexeddb/auto";

import { sandboxContract } from "../../../contract/sandbox-contract.ts";
import { startBench } from "./bench.ts";

const bench = startBench();

sandboxContract("WebContainer, over the double of its host", () => bench.open());
