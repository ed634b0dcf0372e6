/** The header in which a page says which device of an account asks; it goes no further than its own server. */
export const DEVICE_HEADER = "x-okcvm-device";

/** The server of this page, and who asks it. */
export interface OwnServer {
  /** Without a slash at its end. */
  origin: string;
  /** The token of this browser's device; null without an account. */
  device(): Promise<string | null>;
}
