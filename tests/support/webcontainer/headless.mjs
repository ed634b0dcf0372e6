// The host's page: the real protocol to the real client, over Comlink 4.3.0; behind it a machine in Node, by HTTP.
import * as Comlink from "./comlink.mjs";

const channels = new Map();
let nextChannel = 1;
let sending = Promise.resolve();

function encode(value) {
  if (value instanceof Uint8Array) return { $bytes: toBase64(value) };
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, encode(one)]));
  return value;
}

function decode(value) {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== "object" || value === null) return value;
  if ("$bytes" in value) return Uint8Array.from(atob(value.$bytes), (one) => one.charCodeAt(0));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, decode(one)]));
}

function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768)
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}

async function post(path, body) {
  const response = await fetch(path, { method: "POST", body: JSON.stringify(encode(body)) });
  const { value, error } = await response.json();
  // As in the real one, the code is lost on the way: only the words arrive.
  if (error !== undefined) throw new Error(error);
  return decode(value);
}

/** One after another, as messages on a port are. */
function inTurn(task) {
  const result = sending.then(task);
  sending = result.catch(() => {});
  return result;
}

function open(listener) {
  const id = nextChannel++;
  channels.set(id, listener);
  return id;
}

async function follow(machine) {
  const response = await fetch(`/machines/${machine}/events`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const lines = (rest + next.value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const { channel, args } = JSON.parse(line);
      channels.get(channel)?.(...decode(args));
    }
  }
}

function fileSystem(call) {
  const methods = ["readFile", "writeFile", "mkdir", "rm", "rename"];
  const fs = Object.fromEntries(methods.map((name) => [name, (...args) => call(name, args)]));
  fs.readdir = async (path, options) => {
    const entries = await call("readdir", [path, options]);
    return entries.map((entry) =>
      typeof entry === "string" ? entry : { name: entry.name, "Symbol(type)": entry.type },
    );
  };
  fs.watch = async (path, options, listener) => {
    const channel = open(listener);
    await call("watch", [channel, path, options]);
    return Comlink.proxy({ close: () => call("unwatch", [channel]) });
  };
  return Comlink.proxy(fs);
}

async function run(call, options, output) {
  let ended = () => {};
  const onExit = new Promise((resolve) => (ended = resolve));
  const channel = open((kind, value) => {
    if (kind === "output") output?.(value);
    else ended(value);
  });
  await call("run", [channel, options]);
  return Comlink.proxy({
    onExit,
    write: (text) => call("write", [channel, text]),
    resize: (size) => call("resize", [channel, size]),
    kill: () => call("kill", [channel]),
  });
}

async function build(options) {
  const { id, info } = await post("/machines", options);
  void follow(id);
  const call = (method, args) => inTurn(() => post(`/machines/${id}/call`, { method, args }));
  return Comlink.proxy({
    fs: () => fileSystem(call),
    previewScript: () => Comlink.proxy({}),
    setPreviewScript: () => {},
    setCredentials: () => {},
    runtimeInfo: () => info,
    run: (options_, _stdout, _stderr, output) => run(call, options_, output),
    on: async (event, listener) => {
      const channel = open(listener);
      await call("on", [channel, event]);
      return Comlink.proxy(() => call("off", [channel]));
    },
    loadFiles: (bytes, { mountPoints } = {}) => call("loadFiles", [bytes, mountPoints]),
    serialize: (path, how) => call("serialize", [path, how]),
    teardown: () => call("teardown", []),
  });
}

const { port1, port2 } = new MessageChannel();
Comlink.expose({ build }, port1);
parent.postMessage({ type: "init" }, "*", [port2]);
