/** The folder of the cache could not be read or written: the machine's fault and not an upstream's. */
export class CacheError extends Error {
  constructor(cause: unknown) {
    super("The package cache failed.", { cause });
    this.name = "CacheError";
  }
}

/** Work on the cache, whose failures become CacheErrors. */
export async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new CacheError(cause);
  }
}
