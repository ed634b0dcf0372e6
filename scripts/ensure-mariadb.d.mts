/** The path of the machine's MariaDB server, which is installed where it can be. Errors: there is none. */
export function ensureMariaDb(): string;
