// Functions that run in the page under test. Each is passed as text: it can use
// its arguments and the page's globals, and nothing of this file.
/* global okcvm, document, location, indexedDB, caches */

/** Waits for the machine and opens a conversation as a program in the page does. */
export async function openMachine() {
  const deadline = Date.now() + 20_000;
  // A driver may come before the page's own script has run.
  while (!globalThis.okcvm) {
    if (Date.now() > deadline) throw new Error("The page's script did not run in time.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await okcvm.ready;
  const session = await okcvm.open();
  while (!location.hash && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    id: session.id,
    shown: location.hash.replace("#/c/", ""),
    isolated: globalThis.crossOriginIsolated,
    sharedMemory: typeof SharedArrayBuffer === "function",
    jspi: typeof WebAssembly.Suspending === "function",
    servedByWorker: navigator.serviceWorker.controller !== null,
  };
}

export async function callTool(id, name, args) {
  const session = await okcvm.open(id);
  return session.callTool(name, args);
}

/** Stops a cell a while after it began; answers how long it then took to end. Milliseconds. */
export async function stopCell(id, code) {
  const session = await okcvm.open(id);
  const stop = new AbortController();
  const running = session.callTool("mshtools-ipython", { code }, { signal: stop.signal });
  await new Promise((resolve) => setTimeout(resolve, 800));
  const started = performance.now();
  stop.abort();
  const result = await running;
  return { took: performance.now() - started, error: result.error?.code };
}

/** Waits until the newest message is a whole answer; answers the branch. */
export async function waitForAnswer(id, limitMs) {
  const session = await okcvm.open(id);
  const deadline = Date.now() + limitMs;
  for (;;) {
    const messages = await session.messages();
    const last = messages.at(-1);
    if (last?.role === "assistant" && last.status !== "running") return messages;
    if (Date.now() > deadline)
      throw new Error(`No whole answer in time; there are ${messages.length} messages.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Adds a file of many bytes and one by the upload button's way; answers how many bytes each has. */
export async function addLargeFiles(id) {
  const session = await okcvm.open(id);
  const large = new Uint8Array(3 * 1024 * 1024).map((_, index) => (index * 31) % 251);
  await session.workspace.write("large.bin", large);
  const [uploaded] = await session.upload([
    { name: "small.bin", content: new Blob([large.subarray(0, 1_000)]) },
  ]);
  return [large.byteLength, uploaded.size];
}

/** Snapshots, goes back and forth, and takes files out and in again; answers what came of it. Leaves the files as they were. */
export async function useHistory(id) {
  const { workspace } = await okcvm.open(id);
  const large = new Uint8Array(2 * 1024 * 1024).map((_, index) => (index * 131) % 253);
  await workspace.snapshot("before");
  await workspace.write("history/note.txt", "one");
  await workspace.write("history/large.bin", large);
  const one = await workspace.snapshot("one");
  await workspace.write("history/note.txt", "two");
  const { before } = await workspace.restore(one.id);
  const restored = await workspace.readText("history/note.txt");
  const kept = await (await workspace.readAt(before, "history/note.txt")).text();
  const same = (await workspace.readBytes("history/large.bin")).every((byte, index) => byte === large[index]);
  const [first] = await workspace.diff(one.id, before);
  const zip = new Blob([await workspace.exportZip("history")]);
  const unpacked = await workspace.importZip(zip, { into: "copy" });
  const bundle = new TextDecoder("latin1").decode((await workspace.exportGit()).subarray(0, 15));
  await workspace.remove("history");
  await workspace.remove("copy");
  await workspace.snapshot("after");
  return { restored, kept, same, lines: first?.hunks?.[0]?.lines, unpacked: unpacked.files, bundle };
}

/** All that has to outlive a reload: messages with their calls and results, sites, and files by the SHA-256 of their content. */
export async function contentsOf(id) {
  const session = await okcvm.open(id);
  const { workspace } = session;
  const files = [];
  for (const entry of await workspace.list("", { recursive: true })) {
    if (entry.kind !== "file") {
      files.push(entry);
      continue;
    }
    const digest = await crypto.subtle.digest("SHA-256", await workspace.readBytes(entry.path));
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    files.push({ ...entry, sha256: hex });
  }
  return { messages: await session.messages(), files, sites: await session.deployments() };
}

/** Puts a site into a frame of the page and waits until it has loaded. */
export async function addFrame(url, frameId) {
  document.getElementById(frameId)?.remove();
  const frame = document.createElement("iframe");
  frame.id = frameId;
  frame.allow = "cross-origin-isolated";
  const loaded = new Promise((resolve, reject) => {
    frame.onload = resolve;
    frame.onerror = () => reject(new Error("The frame did not load."));
  });
  frame.src = url;
  document.body.append(frame);
  await loaded;
}

export function removeFrame(frameId) {
  document.getElementById(frameId)?.remove();
}

/** What a site shows once its script has run, or after the limit. */
export async function siteFacts(scriptMade, limitMs) {
  const deadline = Date.now() + limitMs;
  while (!document.querySelector(scriptMade) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    title: document.title,
    origin: location.origin,
    scriptRan: document.querySelector(scriptMade) !== null,
    styleRules: [...document.styleSheets].reduce((sum, sheet) => sum + sheet.cssRules.length, 0),
    hasWorker: Boolean(await navigator.serviceWorker?.getRegistration()),
  };
}

/** Waits until the page can do without its server: its worker is active and a site origin is spare. */
export async function waitUntilOfflineReady(limitMs) {
  await navigator.serviceWorker.ready;
  const deadline = Date.now() + limitMs;
  const db = await new Promise((resolve, reject) => {
    const request = indexedDB.open("okcvm-sites");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const countSpares = () =>
    new Promise((resolve, reject) => {
      const request = db.transaction("spares").objectStore("spares").count();
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  try {
    while ((await countSpares()) === 0) {
      if (Date.now() > deadline) throw new Error("No spare site origin was registered in time.");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    db.close();
  }
}
