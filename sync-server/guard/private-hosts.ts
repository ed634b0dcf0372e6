/**
 * Hosts the operator allows although they are private, speak plain http or
 * listen on another port: `host:port`, lower case, an IPv6 address in brackets.
 */
export type PrivateHosts = ReadonlySet<string>;

const ENTRY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/;
const DEFAULT_PORTS = [80, 443];

/** Reads a comma list of `host` or `host:port`. A host alone stands for ports 80 and 443. null when an entry is neither. */
export function parsePrivateHosts(text: string): PrivateHosts | null {
  const hosts = new Set<string>();
  for (const entry of text
    .toLowerCase()
    .split(",")
    .map((part) => part.trim())) {
    const [, host = "", port] = ENTRY.exec(entry) ?? [];
    if (host === "" || !URL.canParse(`http://${host}`)) return null;
    // 10.1 and 0x7f.1 are spellings of addresses: what is listed must read as what it is.
    if (new URL(`http://${host}`).hostname !== host) return null;
    const ports = port === undefined ? DEFAULT_PORTS : [Number(port)];
    if (ports.some((one) => one < 1 || one > 65_535)) return null;
    for (const one of ports) hosts.add(`${host}:${one}`);
  }
  return hosts;
}

/** True when the operator listed this URL's host with its port. */
export function isListed(hosts: PrivateHosts, url: URL): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return hosts.has(`${url.hostname}:${port}`);
}
