/** A site that anyone may see. */
export interface PublicSite {
  id: string;
  /** Where. */
  url: string;
  /** "" for one that was not made of a conversation. */
  conversationId: string;
  /** The version that is shown; null for none. */
  active: number | null;
  /** Milliseconds since 1970 UTC. */
  createdAt: number;
  /** Newest first. */
  versions: PublicVersion[];
}

export interface PublicVersion {
  version: number;
  /** The deployment it was made of; "" when that is not known. */
  deploymentId: string;
  title: string;
  files: number;
  bytes: number;
  createdAt: number;
}

/** A file of a version, and which bytes of which blob it is. */
export interface PlacedFile {
  path: string;
  blob: string;
  at: number;
  size: number;
  /** SHA-256, hexadecimal. */
  hash: string;
}
