import { OkcvmError } from "../../../domain/errors.ts";
import type { Candidate } from "./candidate.ts";
import { needsOf, type Workshop } from "./candidate-makers.ts";
import type { Target } from "./environment.ts";
import { checkHash, fetchWheel } from "./fetch-wheel.ts";
import type { Wanted } from "./install-request.ts";
import type { Metadata } from "./metadata.ts";
import { proxiedUrl } from "./package-server.ts";
import { meets, showSpecifier } from "./versions.ts";
import { readWheelMetadata } from "./wheel-metadata.ts";
import { parseWheelName, rankWheel, type WheelName } from "./wheel-name.ts";

/**
 * A wheel by address or path. It is read at once.
 * Errors: OkcvmError `bad-arguments` for a name that does not fit, `not-supported`, those of reading it.
 */
export async function directCandidate(
  wanted: Wanted,
  { source, location }: NonNullable<Wanted["wheel"]>,
  workshop: Workshop,
): Promise<Candidate> {
  const { server, target } = workshop;
  const parsed = checkName(wanted, source === "url" ? new URL(location).pathname : location, target);
  const { fileName } = parsed;
  const url = source === "url" ? proxiedUrl(server, location) : location;
  const bytes =
    source === "url"
      ? await fetchWheel({ fileName, url, sha256: null }, server)
      : await workshop.readFile(location);
  const sha256 = await server.sha256(bytes);
  const [expected] = wanted.hashes;
  if (expected !== undefined && !wanted.hashes.includes(sha256)) {
    await checkHash(bytes, { fileName, sha256: expected }, server);
  }
  const metadata = readWheelMetadata(bytes, fileName);
  checkPython(metadata, target);
  return {
    name: parsed.name,
    version: parsed.version,
    source,
    fileName,
    url,
    sha256,
    size: bytes.byteLength,
    needs: async (extras) => needsOf(metadata, target.markers, extras),
  };
}

function checkName({ text, requirement }: Wanted, path: string, target: Target): WheelName {
  const fileName = decodeURIComponent(path.split("/").at(-1) ?? "");
  const parsed = parseWheelName(fileName);
  if (!parsed) {
    const message = `${fileName} is not a wheel's file name, which is made of name, version and tags: demo-1.0-py3-none-any.whl.`;
    throw new OkcvmError("bad-arguments", message);
  }
  if (requirement.name !== null && requirement.name !== parsed.name) {
    throw new OkcvmError(
      "bad-arguments",
      `${text}: the wheel is ${parsed.name}'s, not ${requirement.name}'s.`,
    );
  }
  if (rankWheel(parsed, target) === null) {
    const message = `${fileName} is built for another machine or Python: this is Python 3.${target.minor} in a browser (${target.platform}).`;
    throw new OkcvmError("not-supported", message);
  }
  return parsed;
}

function checkPython({ name, requiresPython }: Metadata, { markers }: Target): void {
  if (meets(markers.python_full_version, requiresPython)) return;
  const message = `${name} needs Python ${showSpecifier(requiresPython)}, and this is ${markers.python_full_version}.`;
  throw new OkcvmError("not-supported", message);
}
