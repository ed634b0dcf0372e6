import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { git, temporaryFolder } from "./git.ts";

/** A request as the host got it. */
export interface GitRequest {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
}

type Behaviour = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Real Git behind HTTP on this machine: `git http-backend` as a CGI program, with or without a login. */
export interface GitServer {
  /** `127.0.0.1:<port>`. */
  host: string;
  /** Where a repository is, as a URL. */
  url(name: string): string;
  /** Where a repository is on disk. */
  folder(name: string): string;
  /** Makes an empty bare repository that takes pushes. */
  create(name: string, branch?: string): Promise<string>;
  /** Puts a hook into a repository; `script` is for sh. */
  hook(name: string, hook: string, script: string): void;
  received: GitRequest[];
  /** Answers in Git's place where it returns true. */
  answerWith(behave: Behaviour): void;
  stop(): Promise<void>;
}

export async function startGitServer(options: { login?: string } = {}): Promise<GitServer> {
  const root = temporaryFolder();
  const received: GitRequest[] = [];
  let behave: Behaviour = () => false;
  const server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    received.push({ method, url, headers });
    if (behave(request, response)) return;
    if (options.login !== undefined && headers.authorization !== `Basic ${btoa(options.login)}`) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="Git"' }).end("Log in first.");
      return;
    }
    runBackend(root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const host = `127.0.0.1:${address.port}`;
  const folder = (name: string) => join(root, name);

  return {
    host,
    received,
    folder,
    url: (name) => `http://${host}/${encodeURI(name)}`,
    async create(name, branch = "main") {
      mkdirSync(folder(name), { recursive: true });
      await git(folder(name), "init", "--bare", `--initial-branch=${branch}`, ".");
      await git(folder(name), "config", "http.receivepack", "true");
      return folder(name);
    },
    hook(name, hook, script) {
      const path = join(folder(name), "hooks", hook);
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
    },
    answerWith: (next) => (behave = next),
    stop: () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

function runBackend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? "/", "http://host");
  const backend = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      ...(request.headers["content-length"] ? { CONTENT_LENGTH: request.headers["content-length"] } : {}),
      ...(request.headers["git-protocol"] ? { GIT_PROTOCOL: String(request.headers["git-protocol"]) } : {}),
      REMOTE_USER: "test",
      REMOTE_ADDR: "127.0.0.1",
    },
  });
  request.pipe(backend.stdin);
  // A client that goes away closes the pipe under Git, which ends it.
  backend.stdin.on("error", () => undefined);
  response.on("close", () => backend.kill());
  passOn(backend.stdout, response);
}

/** Reads the CGI head, then streams what follows. */
function passOn(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  let begun = false;
  output.on("data", (chunk: Buffer) => {
    if (begun) {
      if (!response.write(chunk)) {
        output.pause();
        response.once("drain", () => output.resume());
      }
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    begun = true;
    const fields = head
      .subarray(0, end)
      .toString()
      .split("\r\n")
      .map((line) => line.split(/:\s*/, 2) as [string, string]);
    const status = Number(fields.find(([name]) => name.toLowerCase() === "status")?.[1]?.slice(0, 3) ?? 200);
    for (const [name, value] of fields) if (name.toLowerCase() !== "status") response.setHeader(name, value);
    response.writeHead(status);
    response.write(head.subarray(end + 4));
  });
  output.on("end", () => response.end());
}
