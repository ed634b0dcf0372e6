import type { SoakBrowser } from "./browser.ts";

/** How long it may take until what is right is seen. Milliseconds. */
export interface Limits {
  settle: number;
  right: number;
}
export const PATIENT: Limits = { settle: 20_000, right: 10_000 };
/** For mutants, most of which are waited for in vain. */
export const HASTY: Limits = { settle: 5_000, right: 2_500 };

const ASK_LIMIT_MS = 1_000;

/** Asks one browser to sync; no answer and a failure are the same here. */
export async function ask({ page }: SoakBrowser): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, ASK_LIMIT_MS));
  await Promise.race([page.sync.syncNow().catch(() => {}), late]);
}

/** Until every browser says twice in a row that it is synced and that nothing waits. Errors: it does not come to that. */
export async function settle(browsers: readonly SoakBrowser[], limitMs: number): Promise<void> {
  const until = Date.now() + limitMs;
  for (let calm = 0; calm < 2;) {
    for (const one of browsers) await ask(one);
    const all = browsers.map(({ page }) => page.sync.status());
    const isCalm = all.every(({ state, pending }) => state === "synced" && pending === 0);
    calm = isCalm ? calm + 1 : 0;
    if (Date.now() > until)
      throw new Error(`It does not come to rest:\n  ${browsers.map(restless).join("\n  ")}`);
    if (!isCalm) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function restless({ name, page, network }: SoakBrowser): string {
  const { state, pending, error } = page.sync.status();
  const words = `${name}: ${state}, ${pending} pending${error ? `, ${error.message}` : ""}`;
  return state === "synced" ? words : [words, ...network.recent].join("\n      ");
}

/** Asks again and again until nothing is wrong any more, or the time is over. Answers what is wrong then. */
export async function untilRight(look: () => Promise<string[]>, limitMs: number): Promise<string[]> {
  const until = Date.now() + limitMs;
  for (;;) {
    const wrong = await look();
    if (wrong.length === 0 || Date.now() > until) return wrong;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
