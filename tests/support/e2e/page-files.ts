import type { Page } from "@playwright/test";

/** Bytes that a function in the page answers, by a base64 detour. */
export async function bytesFrom(page: Page, make: () => Promise<Uint8Array>): Promise<Buffer> {
  const text = await page.evaluate(async (source) => {
    // eslint-disable-next-line no-new-func
    const bytes = await (new Function(`return (${source})()`)() as Promise<Uint8Array>);
    let binary = "";
    for (let at = 0; at < bytes.length; at += 8_192)
      binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
    return btoa(binary);
  }, String(make));
  return Buffer.from(text, "base64");
}

/** Every file of the open workspace: kind, executable bit and content. */
export async function filesOfPage(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const { workspace } = await okcvm.open();
    const found: Record<string, string> = {};
    for (const entry of await workspace.list("", { recursive: true })) {
      const path = entry.path.slice(workspace.root.length + 1);
      if (entry.kind === "symlink") found[path] = `link ${entry.target}`;
      if (entry.kind !== "file") continue;
      const content = String.fromCharCode(...(await workspace.readBytes(entry.path)));
      found[path] = `${entry.mode & 0o100 ? "755" : "644"} ${content}`;
    }
    return found;
  });
}

/** Writes a file in the conversation that is open in a page. */
export async function writeOpen(page: Page, path: string, text: string): Promise<void> {
  await page.evaluate(
    async ([at, content]) => {
      const session = await globalThis.okcvm.open(location.hash.slice("#/c/".length));
      await session.workspace.write(at ?? "", content ?? "");
    },
    [path, text],
  );
}

/** A file's text in the conversation that is open, or null where there is none. */
export async function readOpen(page: Page, path: string): Promise<string | null> {
  return page.evaluate(async (at) => {
    const session = await globalThis.okcvm.open(location.hash.slice("#/c/".length));
    return (await session.workspace.stat(at)) ? session.workspace.readText(at) : null;
  }, path);
}
