/** A row of each table. Times are milliseconds since 1970 UTC; ids are ASCII, at most 64 characters. */
export interface Schema {
  migrations: { id: number; at: number };
  accounts: {
    id: string;
    /** SHA-256 of the account's sign-in key, hexadecimal. */
    auth_hash: string;
    /** The account's own space, with its settings and the list of its conversations. */
    home_space: string;
    created_at: number;
    /** When it is to be gone; null while it is not. */
    delete_at: number | null;
  };
  devices: {
    id: string;
    account_id: string;
    /** SHA-256 of the device's token, hexadecimal. */
    token_hash: string;
    name: string;
    /** Names of scopes, separated by spaces. */
    scopes: string;
    created_at: number;
    seen_at: number;
  };
  spaces: {
    id: string;
    owner_id: string;
    kind: string;
    /** 1: the server keeps what it cannot read. */
    encrypted: number;
    /** Raised when the database was set back: cursors of before are worth nothing then. */
    epoch: number;
    /** The highest number an item has. */
    head_seq: number;
    /** What its items and chunks take. */
    bytes: number;
    created_at: number;
  };
  members: {
    space_id: string;
    account_id: string;
    role: string;
    created_at: number;
  };
  /** Invitations into a space that were not used yet, each good for one account. */
  invitations: {
    /** SHA-256 of what the link holds, hexadecimal. */
    id: string;
    /** What the owner names it by; it lets nobody in. */
    handle: string;
    space_id: string;
    role: string;
    created_at: number;
    expires_at: number;
  };
  /** Invitations to make an account. */
  account_invitations: {
    /** SHA-256 of what the link holds, hexadecimal. */
    id: string;
    /** What its maker names it by; it lets nobody in. */
    handle: string;
    /** Its maker; "" for the operator. */
    account_id: string;
    created_at: number;
    expires_at: number;
    /** 1: an account was made by it. It may be one into a conversation. */
    used: number;
  };
  /** What people call themselves before those they share a space with. */
  account_names: { account_id: string; name: string };
  /** Keys of accounts, under keys made of their secrets: the server cannot use them. */
  account_keys: { account_id: string; sealed: string };
  /** Keys of encrypted spaces, each for one member under the key of their account. */
  space_keys: { space_id: string; account_id: string; sealed: string };
  /** Letters that make a device of whoever reads them, each once. */
  letters: {
    /** SHA-256 of what the link holds, hexadecimal. */
    id: string;
    account_id: string;
    /** What the server cannot read: the key is in the link. null for none. */
    box: Uint8Array | null;
    expires_at: number;
  };
  /** What is too large for an item: Git packs and their indexes, long messages. Never changed once whole. */
  blobs: {
    space_id: string;
    /** A pack's checksum, that with `.idx` for its index, or the SHA-256 of the content. */
    id: string;
    /** Bytes of the parts that are there. */
    size: number;
    /** 1: it was checked and may be read. 0: it is being uploaded. */
    whole: number;
    created_at: number;
  };
  blob_parts: {
    space_id: string;
    blob_id: string;
    /** From 0 on. */
    n: number;
    bytes: Uint8Array;
  };
  /** Accounts of people whom the operator's own login knows, by SHA-256 of what it calls them. */
  identities: { subject: string; account_id: string };
  /** What accounts used of keys that the server holds. */
  model_usage: {
    account_id: string;
    /** Days since 1970, UTC. */
    day: number;
    provider: string;
    requests: number;
    input_tokens: number;
    output_tokens: number;
  };
  /** Sites that anyone may see. Their files are blobs of a space of their own. */
  sites: {
    /** The label of its host. */
    id: string;
    account_id: string;
    space_id: string;
    /** What it is of, as its maker calls that; "" for nothing. */
    subject: string;
    /** The number of the newest version there was. */
    versions: number;
    /** The version that is shown; null for none. */
    active: number | null;
    created_at: number;
  };
  site_versions: {
    site_id: string;
    version: number;
    /** What it was made of, as its maker calls that; "" for nothing. */
    source: string;
    title: string;
    files: number;
    bytes: number;
    created_at: number;
  };
  site_files: {
    site_id: string;
    version: number;
    /** SHA-256 of the path, hexadecimal. */
    path_hash: string;
    /** UTF-8, without a leading slash. */
    path: Uint8Array;
    /** The blob that has its bytes, from `at` on. */
    blob_id: string;
    at: number;
    size: number;
    /** SHA-256 of the file, hexadecimal, by the word of who published it. */
    hash: string;
  };
  items: {
    space_id: string;
    id: string;
    /** Its place in the order of changes of its space; another with each change. */
    seq: number;
    class: string;
    stamp: string;
    /** The device whose change it is; decides between equal stamps. */
    device: string;
    /** null: removed. */
    body: Uint8Array | null;
  };
}

export type Role = "owner" | "editor" | "viewer";
