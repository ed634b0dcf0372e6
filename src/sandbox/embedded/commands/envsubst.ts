import { defineCommand } from "just-bash/browser";

import { bytesOut, readInput, toByteText } from "./support.ts";

const VARIABLE = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g;

/** envsubst: puts exported variables into text; with an argument, only those it names. */
export const envsubst = defineCommand("envsubst", async (args, context) => {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await readInput(context, "-"));
  const only =
    args[0] === undefined
      ? null
      : new Set([...args[0].matchAll(VARIABLE)].map((match) => match[1] ?? match[2]));
  const exported = new Map(Object.entries(context.exportedEnv ?? {}));
  const filled = text.replaceAll(VARIABLE, (whole, bare?: string, braced?: string) => {
    const name = bare ?? braced ?? "";
    return only && !only.has(name) ? whole : (exported.get(name) ?? "");
  });
  return bytesOut(toByteText(new TextEncoder().encode(filled)));
});
