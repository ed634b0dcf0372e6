"use strict";
// Runs in the WebContainer's own Node, one process a job. Its output is a terminal's: one stream, with
// newlines changed and characters cut anywhere. So everything it says is a line of ASCII of its own,
// `@okcvm <nonce> <kind> <base64>`, and stdout, stderr and the exit code stay apart.
const { spawn } = require("node:child_process");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

/** A file changed this shortly before a look may change again without a new time. Milliseconds. */
const RACY_MS = 2000;
/** After the shell's end, how long output that is still on its way is waited for. Milliseconds. */
const DRAIN_MS = 100;

const home = __dirname;
const job = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
let count = 0;
let since = job.since;
let child = null;

function line(kind, content) {
  return `\n@okcvm ${job.nonce} ${kind} ${Buffer.from(content).toString("base64")}\n`;
}

function send(kind, value) {
  process.stdout.write(line(kind, JSON.stringify(value)));
}

function at(inside) {
  return inside === "" ? job.root : `${job.root}/${inside}`;
}

function statOf(file) {
  return fs.lstatSync(file, { throwIfNoEntry: false });
}

/** What a later look is compared with; null for what is no file, folder or link. */
function signature(file, stat) {
  const mode = stat.mode & 0o777;
  if (stat.isSymbolicLink()) return { kind: "symlink", mode, size: 0, target: fs.readlinkSync(file) };
  if (stat.isDirectory()) return { kind: "directory", mode, size: 0 };
  if (!stat.isFile()) return null;
  const found = { kind: "file", mode, size: stat.size, mtime: stat.mtimeMs };
  if (job.times.ctime) found.ctime = stat.ctimeMs;
  if (!job.times.mtime || stat.mtimeMs >= since - RACY_MS)
    found.hash = createHash("sha1").update(fs.readFileSync(file)).digest("hex");
  return found;
}

function scan() {
  const began = Date.now();
  const entries = {};
  const folders = [""];
  while (folders.length > 0) {
    const folder = folders.pop();
    for (const name of namesIn(folder)) {
      if (job.skip.includes(name)) continue;
      const inside = folder === "" ? name : `${folder}/${name}`;
      const found = look(inside);
      if (found) entries[inside] = found;
      if (found && found.kind === "directory") folders.push(inside);
    }
  }
  since = began;
  const file = `${home}/${job.nonce}-scan-${count++}.json`;
  fs.writeFileSync(file, JSON.stringify({ at: began, entries }));
  send("scan", path.basename(file));
}

function namesIn(folder) {
  try {
    return fs.readdirSync(at(folder));
  } catch (error) {
    // Gone, or made another thing, while a command works on it: the next look tells.
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  }
}

function look(inside) {
  try {
    const stat = statOf(at(inside));
    return stat ? signature(at(inside), stat) : null;
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "EINVAL") return null;
    throw error;
  }
}

const OPERATIONS = {
  write({ path: inside, staged, mode, mtime }) {
    fs.mkdirSync(path.dirname(at(inside)), { recursive: true });
    if (staged) {
      fs.writeFileSync(at(inside), fs.readFileSync(`${home}/${staged}`));
      fs.rmSync(`${home}/${staged}`);
    }
    if (mode !== undefined) fs.chmodSync(at(inside), mode);
    if (mtime !== undefined) fs.utimesSync(at(inside), mtime / 1000, mtime / 1000);
  },
  mkdir: ({ path: inside }) => fs.mkdirSync(at(inside), { recursive: true }),
  remove: ({ path: inside }) => fs.rmSync(at(inside), { recursive: true, force: true }),
  rename({ path: inside, to }) {
    if (!statOf(at(inside))) return;
    fs.mkdirSync(path.dirname(at(to)), { recursive: true });
    fs.renameSync(at(inside), at(to));
  },
  symlink({ path: inside, target }) {
    fs.mkdirSync(path.dirname(at(inside)), { recursive: true });
    fs.rmSync(at(inside), { force: true, recursive: true });
    fs.symlinkSync(target, at(inside));
  },
  chmod({ path: inside, mode }) {
    if (statOf(at(inside))) fs.chmodSync(at(inside), mode);
  },
  /** Everything the workspace could hold; what stays in the engine stays. */
  clear() {
    for (const name of namesIn(""))
      if (!job.skip.includes(name)) fs.rmSync(at(name), { recursive: true, force: true });
  },
};

/** A running command may have put something else in the place: what the workspace says wins. */
function applyOne(operation) {
  try {
    OPERATIONS[operation.kind](operation);
  } catch (error) {
    if (!["write", "mkdir", "symlink"].includes(operation.kind)) throw error;
    fs.rmSync(at(operation.path), { recursive: true, force: true });
    OPERATIONS[operation.kind](operation);
  }
}

function apply(file) {
  const operations = JSON.parse(fs.readFileSync(`${home}/${file}`, "utf8"));
  fs.rmSync(`${home}/${file}`);
  const touched = {};
  for (const operation of operations) {
    applyOne(operation);
    const inside = operation.to ?? operation.path;
    if (inside === undefined || operation.kind === "remove") continue;
    for (let one = inside; one !== "." && one !== "/"; one = path.dirname(one)) touched[one] = true;
  }
  const entries = {};
  for (const inside of Object.keys(touched)) {
    const found = look(inside);
    if (found) entries[inside] = found;
  }
  send("applied", { file, entries });
}

/** What this engine's shell and clock can do, found out instead of believed. */
function probe() {
  fs.mkdirSync(job.root, { recursive: true });
  if (job.clear) OPERATIONS.clear();
  const file = `${home}/${job.nonce}-probe`;
  fs.writeFileSync(file, "a");
  const first = fs.statSync(file);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  const second = fs.statSync(file);
  fs.writeFileSync(file, "b");
  const third = fs.statSync(file);
  fs.rmSync(file);
  const works = (name) => first[name] === second[name] && third[name] > second[name];
  const folders = (process.env.PATH ?? "").split(":").filter(Boolean);
  const commands = folders.flatMap((folder) => {
    try {
      return fs.readdirSync(folder);
    } catch {
      // A folder of the path that is not there holds no commands.
      return [];
    }
  });
  return { times: { mtime: works("mtimeMs"), ctime: works("ctimeMs") }, commands: [...new Set(commands)] };
}

/** Whether the shell speaks sh: loops, conditions, substitutions. Answered with what it printed. */
function probeShell(done) {
  const script =
    'if true; then for i in 1 2; do x=$(echo o); echo ${y:-$x}k$i; done; fi; f() { echo "f$1"; }; f 3';
  let printed = "";
  const shell = spawn("jsh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
  const timer = setTimeout(() => shell.kill("SIGKILL"), 3000);
  shell.stdout.on("data", (chunk) => (printed += chunk));
  shell.on("error", () => done(""));
  shell.on("close", () => {
    clearTimeout(timer);
    done(printed);
  });
}

function forward(stream, kind) {
  stream.on("data", (chunk) => {
    if (process.stdout.write(line(kind, chunk))) return;
    stream.pause();
    process.stdout.once("drain", () => stream.resume());
  });
}

function start({ command, cwd, env }) {
  const options = { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], detached: true };
  child = spawn("jsh", ["-c", command], options);
  forward(child.stdout, "stdout");
  forward(child.stderr, "stderr");
  child.on("error", (error) => send("failed", error.message));
  child.on("exit", (code, signal) => drain(code ?? (signal === "SIGKILL" ? 137 : 143)));
}

/** What the shell left running keeps its output open: it is not waited for, only what is on its way. */
function drain(code) {
  let timer = null;
  let over = false;
  const end = (background) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    scan();
    send("end", { code, background });
    if (background) keepReading();
    else leave();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => end(true), DRAIN_MS);
  };
  child.stdout.on("data", wait);
  child.stderr.on("data", wait);
  child.on("close", () => end(false));
  wait();
}

/** A server that goes on must not die of a closed pipe when it next prints. */
function keepReading() {
  for (const stream of [child.stdout, child.stderr]) {
    stream.removeAllListeners("data");
    stream.resume();
  }
  child.on("close", leave);
}

function leave() {
  process.stdout.write("", () => process.exit(0));
}

function killShell() {
  if (!child) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Where there are no process groups, the shell alone can be ended.
    child.kill("SIGKILL");
  }
}

const ORDERS = { apply, scan, kill: killShell };

function listen() {
  let rest = "";
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", (text) => {
    const lines = (rest + text).split(/[\r\n]+/);
    rest = lines.pop();
    for (const order of lines) {
      const [name, argument] = order.trim().split(" ");
      if (Object.hasOwn(ORDERS, name)) guarded(() => ORDERS[name](argument));
    }
  });
}

function guarded(task) {
  try {
    task();
  } catch (error) {
    killShell();
    send("failed", error.message);
  }
}

function main() {
  fs.rmSync(process.argv[2]);
  if (job.probe) {
    const found = probe();
    probeShell((printed) => {
      send("probed", { ...found, shell: printed });
      send("end", { code: 0, background: false });
      leave();
    });
    return;
  }
  if (job.operations) apply(job.operations);
  if (job.run) {
    listen();
    start(job.run);
    return;
  }
  scan();
  send("end", { code: 0, background: false });
  leave();
}

guarded(main);
