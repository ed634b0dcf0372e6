import type { Asset, Encoding, Variant } from "./assets.ts";

/** Best first: what is smaller wins among the encodings a client takes. */
const PREFERENCE: readonly Encoding[] = ["br", "gzip"];

/**
 * The reply for a file: its smallest accepted encoding, or 304 when the client
 * has these very bytes. `headers` are added as they are.
 */
export function serveAsset(asset: Asset, request: Request, headers: Record<string, string>): Response {
  const encoding = chooseEncoding(asset, request.headers.get("accept-encoding") ?? "");
  const variant: Variant = asset.variants[encoding] ?? asset.variants.identity;
  const all: Record<string, string> = { ...headers, etag: variant.etag };
  if (Object.keys(asset.variants).length > 1) all["vary"] = "accept-encoding";
  if (matches(request.headers.get("if-none-match"), variant.etag)) {
    return new Response(null, { status: 304, headers: all });
  }
  all["content-type"] = asset.type;
  all["content-length"] = String(variant.bytes.byteLength);
  if (encoding !== "identity") all["content-encoding"] = encoding;
  return new Response(request.method === "HEAD" ? null : variant.bytes, { headers: all });
}

function chooseEncoding(asset: Asset, accepted: string): Encoding {
  const weights = new Map<string, number>();
  for (const item of accepted.toLowerCase().split(",")) {
    const [name = "", ...parameters] = item.split(";").map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)) || 0);
  }
  const takes = (encoding: Encoding) => (weights.get(encoding) ?? weights.get("*") ?? 0) > 0;
  return (
    PREFERENCE.find((encoding) => asset.variants[encoding] !== undefined && takes(encoding)) ?? "identity"
  );
}

function matches(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  const tags = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}
