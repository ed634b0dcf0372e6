/** A new random id: 32 lower-case hex digits (122 random bits). Source: the platform's UUID v4. */
export function newId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

/** The absolute path an id's workspace is mounted at: `/mnt/okcvm-<first 8 hex>`, no slash at the end. */
export function mountRoot(conversationId: string): string {
  return `/mnt/okcvm-${conversationId.slice(0, 8)}`;
}

/** The path earlier agents know the workspace by; it names the same place as the mount. */
export const LEGACY_ROOT = "/mnt/okcomputer";

/** The folder inside the mount that uploads land in. */
export const UPLOAD_FOLDER = "upload";

/** The folder inside the mount for what is meant for the person. */
export const OUTPUT_FOLDER = "output";
