import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type BrowserContext } from "@playwright/test";

const report = fileURLToPath(new URL("../../docs/benchmarks.md", import.meta.url));

export interface Row {
  what: string;
  ours: string;
  other: string;
  ratio: string;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function ms(value: number): string {
  return value >= 100 ? `${Math.round(value)} ms` : `${value.toFixed(1)} ms`;
}

export function launch(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-background-networking"] });
}

/** A browser whose data lies in a folder and outlives it. Without service workers, which would answer for pages of the bench. */
export function launchProfile(folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, {
    executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking"],
    serviceWorkers: "block",
  });
}

/** Samples the resident memory of a profile's largest page process until it is stopped; answers the peak in bytes. */
export function rendererMemory(profile: string): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, ...renderersOf(profile).map((pid) => residentBytes(pid)));
  }, 25);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}

function renderersOf(profile: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    const command = readProc(`/proc/${pid}/cmdline`);
    return command.includes("--type=renderer") && command.includes(profile);
  });
}

function residentBytes(pid: string): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readProc(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process has ended meanwhile.
    return "";
  }
}

/** Prints a section's table and puts it into docs/benchmarks.md in place of its last run. */
export function publish(title: string, otherName: string, rows: Row[]): void {
  const lines = [
    `## ${title}`,
    "",
    `| what | OKCVM web | ${otherName} | ratio |`,
    "|---|---|---|---|",
    ...rows.map((row) => `| ${row.what} | ${row.ours} | ${row.other} | ${row.ratio} |`),
  ];
  console.log(`\n${lines.join("\n")}`);
  const sections = readSections().filter((section) => !section.startsWith(`## ${title}\n`));
  writeFileSync(report, `${[header(), ...sections, lines.join("\n")].join("\n\n")}\n`);
}

function readSections(): string[] {
  try {
    return readFileSync(report, "utf8")
      .split(/^(?=## )/m)
      .filter((section) => section.startsWith("## "))
      .map((section) => section.trimEnd());
  } catch {
    // The first run has no report yet.
    return [];
  }
}

function header(): string {
  const version = execFileSync(process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium", ["--version"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
  return [
    "# Benchmarks",
    "",
    "What `npm run bench` printed last. Both sides of a row ran in one run on one machine; the ratio is ours to theirs, smaller is better.",
    "",
    `${new Date().toISOString().slice(0, 10)}, ${version}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}).`,
  ].join("\n");
}
