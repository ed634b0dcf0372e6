// @ts-check
// `npm run soak`: many scenarios of sync from their seeds, or mistakes planted in it; docs/proof.md says more.
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const { module } = await runnerImport(fileURLToPath(new URL("../tests/soak/main.ts", import.meta.url)));
const { main } = /** @type {typeof import("../tests/soak/main.ts")} */ (module);
process.exit(await main(process.argv.slice(2)));
