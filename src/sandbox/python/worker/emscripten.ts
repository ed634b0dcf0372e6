/** The parts of Emscripten's file system that the replica is built from. Its own types leave them out. */
export interface FsNode {
  id: number;
  name: string;
  parent: FsNode;
  mode: number;
  /** Milliseconds since 1970 UTC. */
  atime: number;
  mtime: number;
  ctime: number;
  /** Children by name, or bytes of which `usedBytes` count. */
  contents: Record<string, FsNode> | Uint8Array;
  usedBytes: number;
  link: string;
  node_ops: NodeOps;
  stream_ops: StreamOps;
}

export interface Attributes {
  mode?: number;
  size?: number;
  mtime?: number;
}

export interface NodeOps {
  getattr(node: FsNode): unknown;
  setattr(node: FsNode, attributes: Attributes): void;
  lookup(parent: FsNode, name: string): FsNode;
  mknod(parent: FsNode, name: string, mode: number, dev: number): FsNode;
  rename(node: FsNode, into: FsNode, name: string): void;
  unlink(parent: FsNode, name: string): void;
  rmdir(parent: FsNode, name: string): void;
  readdir(node: FsNode): string[];
  symlink(parent: FsNode, name: string, target: string): FsNode;
  readlink(node: FsNode): string;
}

export interface FsStream {
  node: FsNode;
}

type Transfer = (stream: FsStream, ...rest: TransferRest) => number;
type TransferRest = [buffer: Uint8Array, offset: number, length: number, position: number, own?: boolean];

export interface StreamOps {
  open?(stream: FsStream): void;
  close?(stream: FsStream): void;
  llseek(stream: FsStream, offset: number, whence: number): number;
  read: Transfer;
  write: Transfer;
  mmap(stream: FsStream, ...rest: number[]): unknown;
  msync: Transfer;
}

interface MemFs {
  createNode(parent: FsNode | null, name: string, mode: number, dev: number): FsNode;
}

export interface EmscriptenFs {
  filesystems: { MEMFS: MemFs };
  ErrnoError: new (errno: number) => Error & { errno: number };
  isDir(mode: number): boolean;
  isFile(mode: number): boolean;
  isLink(mode: number): boolean;
  mount(type: { mount(mount: unknown): FsNode }, options: object, path: string): unknown;
  mkdirTree(path: string): void;
  chdir(path: string): void;
  symlink(target: string, path: string): void;
  unlink(path: string): void;
  rmdir(path: string): void;
  rename(from: string, to: string): void;
  chmod(path: string, mode: number): void;
  readdir(path: string): string[];
  writeFile(path: string, data: string | Uint8Array): void;
  lookupPath(path: string, options: { follow?: boolean; noent_okay?: boolean }): { node: FsNode | null };
}

/** Numbers of errors, as Emscripten has them (WASI's). */
export const ERRNO = { EINTR: 27, EIO: 29, ENAMETOOLONG: 37, EPERM: 63 };
