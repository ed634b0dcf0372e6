import type { Change, Entry, TreeChange } from "../../../domain/changes.ts";
import { LEGACY_ROOT } from "../../../domain/ids.ts";
import { leadsIntoGit } from "../../../domain/paths.ts";
import {
  ERRNO,
  type Attributes,
  type EmscriptenFs,
  type FsNode,
  type FsStream,
  type NodeOps,
  type StreamOps,
} from "./emscripten.ts";
import { childrenOf, DIRECTORY, EMPTY, FILE, PERMISSIONS, RemoteTree } from "./remote-tree.ts";

/** A larger file is fetched again each time it is opened, so that reading all uploads does not fill the memory. Bytes. */
const KEPT_BYTES = 4 * 1024 * 1024;
/** While a cell runs, changes go out this often: what a kill can cost. Milliseconds. */
const FLUSH_EVERY_MS = 50;
/** As Linux limits a name. Bytes. */
const MAX_NAME_BYTES = 255;
/** What a new file or folder leaves out of its permissions. */
const UMASK = 0o022;

export interface ReplicaHost {
  /** Reads a file's content from the workspace, by workspace path, while the interpreter waits. */
  load(path: string): Uint8Array;
  /** Hears changes below the mount, with workspace paths, in order. */
  changed(changes: Change[]): void;
}

/** What is known of a node beside what Emscripten keeps. */
interface About {
  /** Its content is in the workspace and not here. */
  away: boolean;
  /** Its content has changed and is on the list of events. */
  dirty: boolean;
  /** Just made: the permissions it gets next are those a program asked for, without the umask. */
  fresh: boolean;
  /** How often it is open. */
  open: number;
}

/** What happened, in order. A write's content is taken when the events are sent: the newest counts. */
type Event = Exclude<Change, { kind: "write" }> | { kind: "write"; path: string; node: FsNode };

/**
 * The workspace in the interpreter's file system: Emscripten's own in-memory
 * one, of which every change is noted. Contents are fetched when a file is
 * first opened.
 */
export class PythonReplica {
  readonly #fs: EmscriptenFs;
  readonly #host: ReplicaHost;
  readonly #about = new WeakMap<FsNode, About>();
  readonly #folderOps: NodeOps;
  readonly #fileOps: NodeOps;
  readonly #fileStreamOps: StreamOps;
  readonly #root: FsNode;
  readonly #remote: RemoteTree;
  #events: Event[] = [];
  #lastFlush = 0;
  /** True while changes from the workspace are made: they are not told back. */
  #quiet = false;

  /** Mounts it at `mount`, an absolute path, with the legacy root leading there. */
  constructor(fs: EmscriptenFs, mount: string, host: ReplicaHost) {
    this.#fs = fs;
    this.#host = host;
    const { MEMFS } = fs.filesystems;
    const sample = MEMFS.createNode(null, "/", DIRECTORY | 0o755, 0);
    const file = MEMFS.createNode(null, "/", FILE | 0o644, 0);
    this.#folderOps = this.#wrapFolder(sample.node_ops);
    this.#fileOps = {
      ...file.node_ops,
      setattr: (node, attributes) => this.#setAttributes(node, attributes, file.node_ops),
    };
    this.#fileStreamOps = this.#wrapStream(file.stream_ops);
    this.#root = this.#adopt(sample);
    this.#remote = new RemoteTree(fs, { mount, root: this.#root }, (node, away) => {
      const about = this.#about.get(node);
      if (about) Object.assign(about, { away, fresh: false });
    });
    fs.mkdirTree(mount);
    fs.mount({ mount: () => this.#root }, {}, mount);
    fs.symlink(mount, LEGACY_ROOT);
  }

  /** Fills it with the workspace's entries, parents before children; their paths are absolute. */
  seed(entries: readonly Entry[]): void {
    this.#quietly(() => this.#remote.seed(entries));
  }

  /** Takes over changes made elsewhere. What was changed here meanwhile is told first. */
  applyRemote(changes: readonly TreeChange[]): void {
    if (changes.length === 0) return;
    this.flush();
    this.#quietly(() => this.#remote.apply(changes));
  }

  /** Tells what changed since the last time. */
  flush(): void {
    this.#lastFlush = Date.now();
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    this.#host.changed(events.map((event) => this.#told(event)));
  }

  /** Workspace paths of files whose content is not here. */
  away(): string[] {
    const paths: string[] = [];
    const visit = (node: FsNode, path: string): void => {
      for (const [name, child] of Object.entries(childrenOf(node))) {
        const at = path === "" ? name : `${path}/${name}`;
        if (this.#fs.isDir(child.mode)) visit(child, at);
        else if (this.#about.get(child)?.away) paths.push(at);
      }
    };
    visit(this.#root, "");
    return paths;
  }

  /** Puts in a content that was fetched ahead. */
  fill(path: string, content: Uint8Array): void {
    const node = this.#remote.find(path);
    const about = node && this.#about.get(node);
    if (node && about?.away) this.#put(node, about, content);
  }

  #told(event: Event): Change {
    if (event.kind !== "write") return event;
    const { node, path } = event;
    const about = this.#about.get(node);
    if (about) about.dirty = false;
    // A view of the interpreter's memory may be of signed bytes.
    const { buffer, byteOffset } = node.contents as Uint8Array;
    const content = new Uint8Array(buffer, byteOffset, node.usedBytes).slice();
    return {
      kind: "write",
      path,
      content,
      mode: (node.mode & 0o111) === 0 ? 0o644 : 0o755,
      mtime: Math.floor(node.mtime),
    };
  }

  #note(event: Event): void {
    if (this.#quiet) return;
    this.#events.push(event);
    this.#flushNow();
  }

  /** A busy cell never lets a timer fire, so the clock is looked at with each change. */
  #flushNow(): void {
    if (Date.now() - this.#lastFlush >= FLUSH_EVERY_MS) this.flush();
  }

  #pathOf(node: FsNode): string {
    const names: string[] = [];
    for (let at = node; at !== this.#root; at = at.parent) names.push(at.name);
    return names.toReversed().join("/");
  }

  #inside(parent: FsNode, name: string): string {
    const folder = this.#pathOf(parent);
    return folder === "" ? name : `${folder}/${name}`;
  }

  #allowed(parent: FsNode, name: string): string {
    const path = this.#inside(parent, name);
    if (new TextEncoder().encode(name).length > MAX_NAME_BYTES)
      throw new this.#fs.ErrnoError(ERRNO.ENAMETOOLONG);
    // The workspace keeps that name for its own history.
    if (leadsIntoGit(path)) throw new this.#fs.ErrnoError(ERRNO.EPERM);
    return path;
  }

  #adopt(node: FsNode): FsNode {
    if (this.#fs.isDir(node.mode)) node.node_ops = this.#folderOps;
    else if (this.#fs.isFile(node.mode)) {
      node.node_ops = this.#fileOps;
      node.stream_ops = this.#fileStreamOps;
      this.#about.set(node, { away: false, dirty: false, fresh: true, open: 0 });
    }
    return node;
  }

  #wrapFolder(ops: NodeOps): NodeOps {
    return {
      ...ops,
      setattr: (node, attributes) => {
        ops.setattr(node, attributes);
        if (attributes.mode !== undefined && node !== this.#root)
          this.#note({ kind: "chmod", path: this.#pathOf(node), mode: node.mode & PERMISSIONS });
      },
      mknod: (parent, name, mode, dev) => {
        const path = this.#allowed(parent, name);
        const node = this.#adopt(ops.mknod(parent, name, mode & ~UMASK, dev));
        if (this.#fs.isDir(mode)) this.#note({ kind: "mkdir", path });
        else this.#dirty(node);
        return node;
      },
      rename: (node, into, name) => {
        const path = this.#pathOf(node);
        const to = this.#allowed(into, name);
        const replaced = childrenOf(into)[name];
        ops.rename(node, into, name);
        if (replaced && this.#fs.isDir(replaced.mode)) this.#note({ kind: "remove", path: to });
        this.#note({ kind: "rename", path, to });
      },
      unlink: (parent, name) => {
        ops.unlink(parent, name);
        this.#note({ kind: "remove", path: this.#inside(parent, name) });
      },
      rmdir: (parent, name) => {
        ops.rmdir(parent, name);
        this.#note({ kind: "remove", path: this.#inside(parent, name) });
      },
      symlink: (parent, name, target) => {
        const path = this.#allowed(parent, name);
        const node = ops.symlink(parent, name, target);
        this.#note({ kind: "symlink", path, target });
        return node;
      },
    };
  }

  #setAttributes(node: FsNode, attributes: Attributes, ops: NodeOps): void {
    const about = this.#about.get(node);
    if (!about) return ops.setattr(node, attributes);
    if (attributes.size === 0) about.away = false;
    else if (attributes.size !== undefined) this.#load(node, about);
    const mode = attributes.mode !== undefined && about.fresh ? attributes.mode & ~UMASK : attributes.mode;
    about.fresh = false;
    ops.setattr(node, mode === undefined ? attributes : { ...attributes, mode });
    if (this.#quiet) return;
    // A journal has no change for a time alone.
    if (attributes.size !== undefined || attributes.mtime !== undefined) {
      this.#load(node, about);
      this.#dirty(node);
    } else if (mode !== undefined && !about.dirty)
      this.#note({ kind: "chmod", path: this.#pathOf(node), mode: node.mode & PERMISSIONS });
  }

  #wrapStream(ops: StreamOps): StreamOps {
    const loaded = (stream: FsStream): void => {
      const about = this.#about.get(stream.node);
      if (about) this.#load(stream.node, about);
    };
    return {
      ...ops,
      open: (stream) => {
        loaded(stream);
        const about = this.#about.get(stream.node);
        if (about) about.open++;
      },
      close: (stream) => this.#closed(stream.node),
      read: (stream, ...rest) => {
        loaded(stream);
        return ops.read(stream, ...rest);
      },
      write: (stream, ...rest) => {
        loaded(stream);
        const written = ops.write(stream, ...rest);
        this.#dirty(stream.node);
        return written;
      },
      mmap: (stream, ...rest) => {
        loaded(stream);
        return ops.mmap(stream, ...rest);
      },
      msync: (stream, ...rest) => {
        const done = ops.msync(stream, ...rest);
        this.#dirty(stream.node);
        return done;
      },
    };
  }

  #closed(node: FsNode): void {
    const about = this.#about.get(node);
    if (!about) return;
    about.open--;
    if (about.open > 0 || about.dirty || about.away || node.usedBytes <= KEPT_BYTES) return;
    about.away = true;
    node.contents = EMPTY;
  }

  #dirty(node: FsNode): void {
    const about = this.#about.get(node);
    if (!about || this.#quiet) return;
    if (about.dirty) return this.#flushNow();
    about.dirty = true;
    this.#note({ kind: "write", path: this.#pathOf(node), node });
  }

  #load(node: FsNode, about: About): void {
    if (!about.away) return;
    // The workspace must know where the file is now before it is asked for it.
    this.flush();
    this.#put(node, about, this.#host.load(this.#pathOf(node)));
  }

  #put(node: FsNode, about: About, content: Uint8Array): void {
    about.away = false;
    node.contents = content;
    node.usedBytes = content.length;
  }

  #quietly(task: () => void): void {
    this.#quiet = true;
    try {
      task();
    } finally {
      this.#quiet = false;
    }
  }
}
