import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

import { bytesOf } from "../domain/blob-bytes.ts";
import type { Deployment } from "../domain/deployment.ts";
import { OkcvmError, throwIfAborted } from "../domain/errors.ts";
import type { PlacedFile, PublicSite } from "../domain/public-site.ts";
import type { PublicSites, PublishOptions } from "../ports/public-sites.ts";
import { uploadBlob } from "./blob-transfer.ts";
import type { ServerApi } from "./server-api.ts";
import { SitesApi, type ServerSite } from "./sites-api.ts";
import { whereOffered } from "./where-offered.ts";

const NO_SITES = "This server publishes no sites: its operator has turned that off.";
/** Files that go up together. Bytes. */
const TOGETHER_BYTES = 16 * 1024 * 1024;

/** A file of a deployment, as this browser keeps it. */
export interface DeployedFile {
  path: string;
  body: Blob | Uint8Array<ArrayBuffer>;
}

export interface ServerSitesParts {
  /** The API as this device. Errors: `not-found` when there is no account. */
  api(): Promise<ServerApi>;
  /** Files of a deployment. Errors: `not-found`. */
  files(deploymentId: string): Promise<DeployedFile[]>;
}

/** Files that go up as one blob, and where each lies in it. */
interface Bundle {
  id: string;
  data: Blob;
  files: PlacedFile[];
}

/** Sites at the account's server. */
export class ServerSites implements PublicSites {
  readonly #parts: ServerSitesParts;

  constructor(parts: ServerSitesParts) {
    this.#parts = parts;
  }

  async list(conversationId: string | null): Promise<PublicSite[]> {
    const { sites } = await this.#open();
    const all = await whereOffered(NO_SITES, () => sites.all());
    return all.filter((one) => conversationId === null || one.conversationId === conversationId);
  }

  async publish(deployment: Deployment, options: PublishOptions = {}): Promise<PublicSite> {
    const { api, sites } = await this.#open();
    const deployed = await this.#parts.files(deployment.id);
    const { conversationId, id: source } = deployment;
    const all = await whereOffered(NO_SITES, () => sites.all());
    const site =
      all.findLast((one) => one.conversationId === conversationId) ?? (await sites.create(conversationId));
    const known = await knownFiles(sites, site);
    const { there, bundles } = await bundlesOf(deployed, known, options.signal);
    await uploadAll({ api, space: site.space }, bundles, options);
    const files = [...there, ...bundles.flatMap((bundle) => bundle.files)];
    const title = deployment.title.slice(0, 200);
    await sites.publish(site.id, { source, title, files });
    const now = (await sites.all()).find(({ id }) => id === site.id);
    if (!now) throw new OkcvmError("not-found", "The site was deleted while it was published.");
    return now;
  }

  async show(siteId: string, version: number | null): Promise<void> {
    await (await this.#open()).sites.show(siteId, version);
  }

  async remove(siteId: string): Promise<void> {
    await (await this.#open()).sites.remove(siteId);
  }

  async #open(): Promise<{ api: ServerApi; sites: SitesApi }> {
    const api = await this.#parts.api();
    return { api, sites: new SitesApi(api) };
  }
}

/** Files of the newest version, by what is in them. */
async function knownFiles(sites: SitesApi, { id, versions }: ServerSite): Promise<Map<string, PlacedFile>> {
  const [newest] = versions;
  const files = newest ? await sites.filesOf(id, newest.version) : [];
  return new Map(files.map((file) => [file.hash, file]));
}

/** Parts files into those whose bytes are there and those that go up. */
async function bundlesOf(
  files: readonly DeployedFile[],
  known: ReadonlyMap<string, PlacedFile>,
  signal?: AbortSignal,
): Promise<{ there: PlacedFile[]; bundles: Bundle[] }> {
  const there: PlacedFile[] = [];
  const bundles: Bundle[] = [];
  let open = new BundleWriter();
  const close = (): void => {
    const bundle = open.finish();
    if (bundle) bundles.push(bundle);
    open = new BundleWriter();
  };
  for (const { path, body } of files) {
    throwIfAborted(signal);
    const bytes = await bytesOf(body);
    const hash = bytesToHex(sha256(bytes));
    const same = known.get(hash);
    if (same?.size === bytes.length) there.push({ ...same, path });
    else {
      open.add({ path, hash, body, bytes });
      if (open.size > TOGETHER_BYTES) close();
    }
  }
  close();
  return { there, bundles };
}

/** Puts files one behind the other. */
class BundleWriter {
  readonly #hash = sha256.create();
  readonly #parts: BlobPart[] = [];
  readonly #files: Omit<PlacedFile, "blob">[] = [];
  size = 0;

  add(file: { path: string; hash: string; body: DeployedFile["body"]; bytes: Uint8Array }): void {
    const { path, hash, body, bytes } = file;
    this.#files.push({ path, hash, at: this.size, size: bytes.length });
    this.#hash.update(bytes);
    this.#parts.push(body);
    this.size += bytes.length;
  }

  finish(): Bundle | null {
    if (this.#files.length === 0) return null;
    // Files without a byte need a blob too, and none is without one.
    if (this.size === 0) this.add({ path: "", hash: "", body: PADDING, bytes: PADDING });
    const id = bytesToHex(this.#hash.digest());
    const files = this.#files.filter(({ path }) => path !== "").map((file) => ({ ...file, blob: id }));
    return { id, data: new Blob(this.#parts), files };
  }
}

const PADDING = new Uint8Array(1);

async function uploadAll(
  { api, space }: { api: ServerApi; space: string },
  bundles: readonly Bundle[],
  { signal, onProgress }: PublishOptions,
): Promise<void> {
  const all = bundles.reduce((sum, { data }) => sum + data.size, 0);
  const over = signal ?? new AbortController().signal;
  let before = 0;
  onProgress?.(0, all);
  for (const blob of bundles) {
    const onSent = (sent: number): void => onProgress?.(before + sent, all);
    await uploadBlob(api, { space, blob, onSent }, over);
    before += blob.data.size;
    onProgress?.(before, all);
  }
}
