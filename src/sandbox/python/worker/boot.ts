import { loadPyodide, type PyodideAPI } from "pyodide";
import createPyodideModule from "pyodide/pyodide.asm.mjs";

/** What the page gives the frame to start interpreters from: the frame can load nothing itself. */
export interface BootFiles {
  wasm: ArrayBuffer;
  stdlib: ArrayBuffer;
  /** Pyodide's lock file, as text. */
  lock: string;
  /** The kernel's own modules: Python by file name. */
  kernel: Record<string, string>;
  /** The memory of an interpreter that had loaded all of it; null to start without. */
  snapshot: ArrayBuffer | null;
}

/** The same as the frame gives it to a Worker: compiled and shared where the browser can. */
export interface PreparedFiles extends Omit<BootFiles, "wasm" | "stdlib" | "snapshot"> {
  wasm: WebAssembly.Module;
  stdlib: ArrayBuffer | SharedArrayBuffer;
  snapshot: ArrayBuffer | SharedArrayBuffer | null;
}

export interface Booted {
  pyodide: PyodideAPI;
  /** The memory as it is now, for the next start; null when this one came from such. */
  snapshot: Uint8Array<ArrayBuffer> | null;
}

/** Where the interpreter believes its files to be: no such host exists, and nothing is ever sent. */
const NOWHERE = "https://files.invalid/";
/** Where figures.py of the kernel looks for fonts. */
export const FONT_FOLDER = "/usr/share/fonts/okcvm";
const KERNEL_FOLDER = "/lib/okcvm/okcvm_kernel";

/** Answers what the interpreter fetches, from files given to it by name. */
export class GivenFiles {
  readonly #files = new Map<string, ArrayBuffer>();

  /** Where the interpreter finds a file that was put in. */
  static addressOf(name: string): string {
    return `${NOWHERE}${encodeURIComponent(name)}`;
  }

  put(name: string, bytes: ArrayBuffer): void {
    this.#files.set(name, bytes);
  }

  drop(name: string): void {
    this.#files.delete(name);
  }

  fetch(input: unknown): Promise<Response> {
    const url = String(input instanceof Request ? input.url : input);
    const bytes = this.#files.get(decodeURIComponent(url.slice(url.lastIndexOf("/") + 1)));
    if (!url.startsWith(NOWHERE) || !bytes)
      return Promise.reject(new TypeError("This interpreter has no network of its own."));
    const type = url.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return Promise.resolve(new Response(bytes, { headers: { "content-type": type } }));
  }
}

/** Starts the interpreter, from its memory if there is one. Errors: whatever stops it. */
export async function boot(files: PreparedFiles, given: GivenFiles): Promise<Booted> {
  const scope = self as unknown as { importScripts?: () => never; fetch: unknown };
  // It asks whether scripts can be imported to tell which kind of Worker it is in.
  scope.importScripts = () => {
    throw new TypeError("Scripts are not imported here.");
  };
  scope.fetch = (input: unknown) => given.fetch(input);
  useCompiled(files.wasm);
  given.put("pyodide.asm.wasm", new ArrayBuffer(0));
  given.put("python_stdlib.zip", ownCopy(files.stdlib));
  const pyodide = await loadPyodide({
    indexURL: NOWHERE,
    packageBaseUrl: NOWHERE,
    lockFileContents: files.lock,
    createPyodideModule,
    env: {
      HOME: "/home/user",
      USER: "user",
      LANG: "C.UTF-8",
      MPLBACKEND: "agg",
      OKCVM_FONTS_DIR: FONT_FOLDER,
    },
    ...(files.snapshot ? { _loadSnapshot: ownCopy(files.snapshot) } : { _makeSnapshot: true }),
  } as Parameters<typeof loadPyodide>[0]);
  for (const name of ["pyodide.asm.wasm", "python_stdlib.zip"]) given.drop(name);
  writeKernel(pyodide, files.kernel);
  if (files.snapshot) return { pyodide, snapshot: null };
  pyodide.runPython("import sys; sys.path.insert(0, '/lib/okcvm'); import okcvm_kernel");
  // No name of the page's may be in the memory that is kept.
  const { makeMemorySnapshot } = pyodide as unknown as { makeMemorySnapshot(): Uint8Array<ArrayBuffer> };
  return { pyodide, snapshot: makeMemorySnapshot() };
}

/** Responses and text decoders take no shared memory. */
function ownCopy(bytes: ArrayBuffer | SharedArrayBuffer): ArrayBuffer {
  return bytes instanceof ArrayBuffer ? bytes : new Uint8Array(bytes).slice().buffer;
}

/** What the interpreter's loader would compile is there already. Its packages' libraries are compiled as ever. */
function useCompiled(module: WebAssembly.Module): void {
  const own = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (_source, imports) => {
    WebAssembly.instantiateStreaming = own;
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
}

function writeKernel(pyodide: PyodideAPI, kernel: Record<string, string>): void {
  pyodide.FS.mkdirTree(KERNEL_FOLDER);
  for (const [name, text] of Object.entries(kernel)) pyodide.FS.writeFile(`${KERNEL_FOLDER}/${name}`, text);
}
