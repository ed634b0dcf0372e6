import { unzipSync } from "fflate";
import { OkcvmError } from "../../../domain/errors.ts";
import { parseMetadata, type Metadata } from "./metadata.ts";
import { normalizeName } from "./names.ts";

/** METADATA is a page of text; a file that claims more is made to harm. */
const MAX_METADATA_BYTES = 8 * 1024 * 1024;

/** Reads METADATA from a wheel. Errors: OkcvmError `bad-archive`. */
export function readWheelMetadata(bytes: Uint8Array, fileName: string): Metadata {
  const [base = ""] = fileName.split("-", 1);
  const isOwn = (path: string) => {
    const [, folder = ""] = /^([^/]+)\.dist-info\/METADATA$/.exec(path) ?? [];
    return normalizeName(folder.split("-", 1)[0] ?? "") === normalizeName(base);
  };
  const files = unzip(bytes, fileName, isOwn);
  const [text] = Object.values(files);
  const metadata = text && parseMetadata(new TextDecoder().decode(text));
  if (!metadata)
    throw new OkcvmError("bad-archive", `${fileName} is not a wheel: it has no readable METADATA.`);
  return metadata;
}

function unzip(bytes: Uint8Array, fileName: string, wanted: (path: string) => boolean) {
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => originalSize <= MAX_METADATA_BYTES && wanted(name),
    });
  } catch (cause) {
    throw new OkcvmError(
      "bad-archive",
      `${fileName} is not a wheel: it cannot be unpacked as a ZIP file.`,
      cause,
    );
  }
}
