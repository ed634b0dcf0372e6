import type { Methods } from "../../domain/rpc.ts";
import type { ZipItem } from "./zip-entry.ts";
import { readZip } from "./zip-read.ts";
import { ZipOutput } from "./zip-write.ts";

/** What a transfer Worker does for its one import or export. */
export function transferMethods(): Methods {
  const output = new ZipOutput();
  return {
    readZip: (zip: Blob) => readZip(zip),
    addToZip: (items: ZipItem[]) => output.add(items),
    finishZip: () => output.finish(),
  };
}
