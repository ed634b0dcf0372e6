import { OkcvmError } from "./domain/errors.ts";
import type { Sandbox } from "./ports/sandbox.ts";
import { EmbeddedSandbox } from "./sandbox/embedded/embedded-sandbox.ts";
import kernelUrl from "./sandbox/embedded/kernel-worker.ts?worker&url";
import { openSandbox, type SandboxParts } from "./sandbox/open-sandbox.ts";

/** Puts the shell's engine together; a part of app.ts that is loaded after the page's own. */
export function openEngine(parts: Omit<SandboxParts, "embedded">): Sandbox {
  const { workspace } = parts;
  return openSandbox({
    ...parts,
    embedded: () => new EmbeddedSandbox({ workspace, loadKernel: kernelCode }),
  });
}

let kernel: Promise<string> | null = null;

/** The kernel's code, fetched once; the engine frame gets it as text because it can load nothing itself. */
function kernelCode(): Promise<string> {
  kernel ??= (async () => {
    const response = await fetch(kernelUrl);
    if (!response.ok)
      throw new OkcvmError(
        "engine-failed",
        `The shell's code could not be loaded (status ${response.status}). Reload the page to try again.`,
      );
    return response.text();
  })();
  kernel.catch(() => {
    kernel = null;
  });
  return kernel;
}
