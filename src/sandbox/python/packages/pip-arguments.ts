import { OkcvmError } from "../../../domain/errors.ts";
import { normalizePath } from "../../../domain/paths.ts";
import type { InstallRequest } from "./install-request.ts";
import { refusedOption } from "./refused-options.ts";
import { readRequirementsFile } from "./requirements-file.ts";
import { parseWanted } from "./wanted.ts";

/** Reads a text file of the workspace. Errors: `not-found` and the like. */
export type ReadText = (path: string) => Promise<string>;

type Flag = "upgrade" | "pre" | "noDeps" | "reinstall" | "quiet";

const FLAGS: Readonly<Record<string, Flag>> = {
  "-U": "upgrade",
  "--upgrade": "upgrade",
  "--pre": "pre",
  "--no-deps": "noDeps",
  "--force-reinstall": "reinstall",
  "-q": "quiet",
  "--quiet": "quiet",
};
/** What changes nothing here. */
const IDLE = new Set(
  (
    "-v --verbose --user --no-cache-dir --no-input --disable-pip-version-check --break-system-packages " +
    "--no-warn-script-location --no-warn-conflicts --prefer-binary --no-color --no-compile --no-build-isolation -y --yes"
  ).split(" "),
);
const IDLE_WITH_VALUE = new Set([
  "--progress-bar",
  "--only-binary",
  "--root-user-action",
  "--timeout",
  "--retries",
]);

/**
 * Reads what comes after `pip install`, split as a shell does; relative paths
 * start from the absolute folder `cwd`, as pip takes them.
 * Errors: OkcvmError `bad-arguments`, `not-supported`; those of `readText`.
 */
export async function readInstallArguments(
  args: readonly string[],
  readText: ReadText,
  cwd: string,
): Promise<InstallRequest> {
  const request: InstallRequest = {
    wanted: [],
    upgrade: false,
    pre: false,
    noDeps: false,
    reinstall: false,
    quiet: false,
  };
  const queue = args.flatMap(separate);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (next.startsWith("-")) await applyOption(next, { queue, request, readText, cwd });
    else request.wanted.push(parseWanted(next));
  }
  if (request.wanted.length === 0) {
    throw new OkcvmError("bad-arguments", "Name at least one package to install: %pip install requests");
  }
  for (const { wheel } of request.wanted)
    if (wheel?.source === "path") wheel.location = absolute(wheel.location, cwd);
  return request;
}

interface Reading {
  /** What is left of the arguments. */
  queue: string[];
  request: InstallRequest;
  readText: ReadText;
  cwd: string;
}

async function applyOption(option: string, { queue, request, readText, cwd }: Reading): Promise<void> {
  const flag = FLAGS[option];
  if (flag) {
    request[flag] = true;
  } else if (option === "-r" || option === "--requirement") {
    const path = queue.shift();
    if (path === undefined) throw new OkcvmError("bad-arguments", `${option} needs the path of a file.`);
    const file = await readRequirementsFile(absolute(path, cwd), readText);
    request.wanted.push(...file.wanted);
    request.pre ||= file.pre;
  } else if (IDLE_WITH_VALUE.has(option)) {
    queue.shift();
  } else if (!IDLE.has(option)) {
    throw refusedOption(option);
  }
}

function absolute(path: string, cwd: string): string {
  return normalizePath(path.startsWith("/") ? path : `${cwd}/${path}`);
}

/** `--name=value` and `-rvalue` as two arguments, `-qU` as two options. */
function separate(argument: string): string[] {
  if (/^-[Uqvy]{2,}$/.test(argument))
    return argument
      .slice(1)
      .split("")
      .map((letter) => `-${letter}`);
  const [, name, value] = /^(--[a-z-]+)=(.*)$/s.exec(argument) ?? /^(-[reicft])(.+)$/s.exec(argument) ?? [];
  return name !== undefined && value !== undefined ? [name, value] : [argument];
}
