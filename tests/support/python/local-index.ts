import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createHash } from "node:crypto";
import type { Wheel } from "./wheels.ts";

/** A file the index lists; a wheel, or any name alone. */
export interface IndexedFile {
  fileName: string;
  wheel?: Wheel;
  yanked?: boolean | string;
  requiresPython?: string | null;
  /** False: no PEP 658 metadata is offered. */
  offersMetadata?: boolean;
  /** What the index claims, where it lies. */
  sha256?: string;
  metadataSha256?: string;
}

/** A package in Pyodide's lock. */
export interface LockedFile {
  wheel: Wheel;
  imports: string[];
  depends?: string[];
}

type Behaviour = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * An index that speaks PEP 691 with PEP 658 metadata, the host of its files,
 * and a folder of Pyodide's builds with their lock, over real HTTP.
 */
export async function startLocalIndex() {
  const pages = new Map<string, IndexedFile[]>();
  const builds = new Map<string, Uint8Array>();
  const locked: LockedFile[] = [];
  const received: { url: string; headers: IncomingMessage["headers"] }[] = [];
  let behave: Behaviour = () => false;

  const server = createServer((request, response) => {
    received.push({ url: request.url ?? "", headers: request.headers });
    if (!behave(request, response)) answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const url = `http://127.0.0.1:${address.port}`;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const [, folder, ...rest] = (request.url ?? "").split("/");
    const name = rest.join("/");
    if (folder === "simple") return sendPage(request, response, name.replace(/\/$/, ""));
    const bytes = folder === "cdn" ? builds.get(decodeURIComponent(name)) : fileAt(decodeURIComponent(name));
    if (!bytes) return void response.writeHead(404).end("no such file");
    response.writeHead(200, { "content-length": bytes.byteLength }).end(bytes);
  }

  function fileAt(path: string): Uint8Array | undefined {
    const [, fileName = ""] = path.split("/");
    for (const { wheel } of [...pages.values()].flat()) {
      if (wheel?.fileName === fileName) return wheel.bytes;
      if (wheel && `${wheel.fileName}.metadata` === fileName) return Buffer.from(wheel.metadata);
    }
    return undefined;
  }

  function sendPage(request: IncomingMessage, response: ServerResponse, name: string): void {
    const files = pages.get(name);
    if (!files) return void response.writeHead(404).end("no such package");
    const text = JSON.stringify({
      meta: { "api-version": "1.1", "_last-serial": 7 },
      name,
      versions: [...new Set(files.map(({ wheel }) => wheel?.version))],
      files: files.map((file) => listed(file)),
    });
    const etag = `"${createHash("md5").update(text).digest("hex")}"`;
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304, { etag }).end();
    response.writeHead(200, { "content-type": "application/vnd.pypi.simple.v1+json", etag }).end(text);
  }

  function listed({ fileName, wheel, yanked, requiresPython, ...claims }: IndexedFile) {
    const metadata = wheel && claims.offersMetadata !== false ? hashOf(wheel.metadata) : null;
    return {
      filename: fileName,
      url: `${url}/files/${fileName.slice(0, 2)}/${fileName}`,
      hashes: { sha256: claims.sha256 ?? wheel?.sha256 ?? hashOf(fileName) },
      "requires-python": requiresPython ?? wheel?.requiresPython ?? null,
      size: wheel?.bytes.byteLength ?? 1,
      yanked: yanked ?? false,
      "core-metadata": metadata ? { sha256: claims.metadataSha256 ?? metadata } : false,
      provenance: null,
    };
  }

  return {
    url,
    host: `127.0.0.1:${address.port}`,
    received,
    /** Lists files on a package's page; a wheel alone stands for a file as it is. */
    publish(name: string, files: (Wheel | IndexedFile)[]) {
      const entries = files.map((file) =>
        "bytes" in file ? { fileName: file.fileName, wheel: file } : file,
      );
      pages.set(name, [...(pages.get(name) ?? []), ...entries]);
    },
    /** Puts a build into Pyodide's folder and its lock. */
    build(file: LockedFile) {
      locked.push(file);
      builds.set(file.wheel.fileName, file.wheel.bytes);
    },
    /** Puts a file into Pyodide's folder without an entry in the lock. */
    put: (name: string, bytes: Uint8Array) => void builds.set(name, bytes),
    lock: () => ({ info: LOCK_INFO, packages: Object.fromEntries(locked.map(lockEntry)) }),
    /** `next` answers a request and returns true, or leaves it to the index. */
    answerWith: (next: Behaviour) => void (behave = next),
    reset() {
      received.length = 0;
      behave = () => false;
    },
    stop: () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

export type LocalIndex = Awaited<ReturnType<typeof startLocalIndex>>;

const LOCK_INFO = { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" };

function lockEntry({ wheel, imports, depends = [] }: LockedFile) {
  const name = wheel.name.toLowerCase().replaceAll(/[-_.]+/g, "-");
  const entry = {
    name,
    version: wheel.version,
    file_name: wheel.fileName,
    install_dir: "site",
    sha256: wheel.sha256,
    package_type: "package",
    imports,
    depends,
    unvendored_tests: false,
  };
  return [name, entry] as const;
}

function hashOf(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
