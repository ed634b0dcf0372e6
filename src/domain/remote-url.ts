import { OkcvmError } from "./errors.ts";

/** A login for a Git host. */
export interface RemoteAuth {
  /** "" when only a token is known. */
  username: string;
  /** Password or token; "" when it is not known yet, and then nothing is sent. */
  password: string;
}

/** Where a repository is, and the login its address held. */
export interface RemoteAddress {
  /** https, or http as it was typed, without login, query, fragment or slash at its end. */
  url: string;
  auth: RemoteAuth | null;
}

const EXAMPLE = "such as https://github.com/owner/repository";
const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;
/** `git@host:owner/repository.git`, ssh's short form. */
const SHORT_SSH = /^[^\s/:@]+@([^\s/:@]+):(?!\/\/)\/*(.+)$/;
/** `host.name/owner/repository`, with a port or without. */
const BARE = /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d{1,5})?\/./i;
/** A user name alone in an address is a token when it is as long as tokens are. */
const TOKEN_LENGTH = 20;

/**
 * Reads what a person typed as a repository's address: a URL, `host/owner/repo`,
 * or the form ssh takes, which is turned into https.
 * Errors: `bad-arguments`, in words that never repeat a login.
 */
export function checkRemoteUrl(text: string): RemoteAddress {
  const url = parse(toUrlText(text.trim()));
  if (url.pathname.replaceAll("/", "") === "") {
    throw new OkcvmError(
      "bad-arguments",
      `The address names a host but no repository. Add its path, ${EXAMPLE}.`,
    );
  }
  const auth = loginOf(url);
  return { url: url.origin + url.pathname.replace(/\/+$/, ""), auth };
}

/** The Authorization header for a login; undefined without one. */
export function authorization(auth: RemoteAuth | null | undefined, url: string): string | undefined {
  if (!auth || auth.password === "") return undefined;
  const bytes = new TextEncoder().encode(`${auth.username || tokenUser(url)}:${auth.password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** The user name that goes with a bare token. Hosts take any, but for Bitbucket. */
function tokenUser(url: string): string {
  return new URL(url).hostname === "bitbucket.org" ? "x-token-auth" : "x-access-token";
}

function toUrlText(text: string): string {
  if (text === "")
    throw new OkcvmError("bad-arguments", `Enter the address of a Git repository, ${EXAMPLE}.`);
  if (/[\s\p{Cc}\\]/u.test(text)) {
    throw new OkcvmError(
      "bad-arguments",
      `The address of a Git repository has no spaces or backslashes. Write it ${EXAMPLE}.`,
    );
  }
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === "https" || scheme === "http") return text;
  if (scheme === "ssh" || scheme === "git+ssh") return overHttps(text.replace(SCHEME, "ssh://"));
  if (scheme !== undefined) {
    throw new OkcvmError(
      "bad-arguments",
      `A browser cannot reach ${scheme}:// addresses. Use the repository's https address, ${EXAMPLE}.`,
    );
  }
  const [, host, path] = SHORT_SSH.exec(text) ?? [];
  if (host !== undefined) return `https://${host}/${path}`;
  if (BARE.test(text)) return `https://${text}`;
  throw new OkcvmError(
    "bad-arguments",
    `This is not the address of a Git repository. Write it in full, ${EXAMPLE}.`,
  );
}

/** The same repository by https. ssh's user and port are of no use there. */
function overHttps(ssh: string): string {
  const url = parse(ssh);
  return `https://${url.hostname}${url.pathname}`;
}

function parse(text: string): URL {
  // The parser's own error would quote the address, and with it a login.
  if (!URL.canParse(text)) {
    throw new OkcvmError(
      "bad-arguments",
      `The address cannot be read. Check its spelling; it should be ${EXAMPLE}.`,
    );
  }
  return new URL(text);
}

function loginOf(url: URL): RemoteAuth | null {
  const username = decoded(url.username);
  const password = decoded(url.password);
  if (password !== "") return { username, password };
  if (username.length >= TOKEN_LENGTH) return { username: "", password: username };
  return username === "" ? null : { username, password: "" };
}

/** A login may hold a bare percent sign; then it is meant as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    if (cause instanceof URIError) return text;
    throw cause;
  }
}
