/** A site published from a workspace folder: a copy that later changes do not touch. */
export interface Deployment {
  /** A DNS label: lower-case letters and digits. */
  id: string;
  conversationId: string;
  /** Where the site is served from its root. */
  url: string;
  /** The workspace folder it was copied from. */
  source: string;
  /** The page's <title>, or the folder's name. */
  title: string;
  createdAt: number;
  files: number;
  /** Bytes of all files. */
  bytes: number;
}

/** What another browser makes the same site of: its files are in the conversation's history. */
export interface DeploymentRecord extends Omit<Deployment, "url"> {
  /** The snapshot that has them. */
  snapshotId: string;
  /** Each file's path inside the site, and where the snapshot has it, below the workspace's root. */
  sources: { path: string; from: string }[];
}
