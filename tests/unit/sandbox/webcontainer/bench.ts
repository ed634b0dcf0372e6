import { afterAll, beforeAll } from "vitest";

import { newId } from "../../../../src/domain/ids.ts";
import { openHub } from "../../../support/ports/hub-workspace.ts";
import type { Workspace } from "../../../../src/ports/workspace.ts";
import { startDouble, type WebContainerDouble } from "../../../support/webcontainer/double.ts";
import {
  startHarness,
  type Harness,
  type HarnessPage,
  type OpenOptions,
  type PageSandbox,
} from "../../../support/webcontainer/harness.ts";

export interface Bench {
  readonly double: WebContainerDouble;
  /** A sandbox on a fresh workspace, in the page that is open or a new one. */
  open(options?: Partial<OpenOptions>): Promise<{ sandbox: PageSandbox; workspace: Workspace }>;
  /** A page of its own: after faults, the library's state is not to be shared. */
  freshPage(): Promise<HarnessPage>;
}

/** The double and Chromium for one test file. */
export function startBench(): Bench {
  let double: WebContainerDouble | null = null;
  let harness: Harness | null = null;
  let page: HarnessPage | null = null;
  beforeAll(async () => {
    [double, harness] = await Promise.all([startDouble(), startHarness()]);
  }, 60_000);
  afterAll(async () => {
    await harness?.close();
    await double?.close();
  });
  const there = <T>(value: T | null): T => {
    if (value === null) throw new Error("Not started.");
    return value;
  };
  const bench: Bench = {
    get double() {
      return there(double);
    },
    async freshPage() {
      await page?.close();
      page = await there(harness).openPage();
      return page;
    },
    async open(options = {}) {
      const workspace = await openHub(newId());
      const address = { origin: bench.double.origin, apiKey: null };
      const sandbox = await (page ?? (await bench.freshPage())).open(workspace, { address, ...options });
      return { sandbox, workspace };
    },
  };
  return bench;
}
