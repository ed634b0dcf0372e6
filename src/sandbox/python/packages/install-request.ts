import type { Requirement } from "./requirement.ts";

/** One thing to install. */
export interface Wanted {
  /** As it was written, for messages. */
  text: string;
  /** A package of the index; for a wheel by address or path, what is said of it besides. */
  requirement: Omit<Requirement, "name" | "url"> & {
    /** null: the wheel's own. */
    name: string | null;
  };
  /** Where a wheel is; null: on the index. */
  wheel: { source: "url" | "path"; location: string } | null;
  /** SHA-256 hashes, in hexadecimal, one of which the file must have; empty: any file. */
  hashes: string[];
}

/** What `pip install` was asked to do. */
export interface InstallRequest {
  wanted: Wanted[];
  /** Takes the newest version also where an installed one would do. */
  upgrade: boolean;
  /** Takes pre-releases. */
  pre: boolean;
  /** Leaves dependencies out. */
  noDeps: boolean;
  /** Installs again what is installed. */
  reinstall: boolean;
  quiet: boolean;
}
