// @ts-check
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/**
 * Installs Debian packages; only as root, where apt is.
 * @param {string[]} packages
 * @returns {boolean} whether they were installed
 */
export function aptInstall(packages) {
  if (!existsSync("/usr/bin/apt-get") || process.getuid?.() !== 0) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = (/** @type {string[]} */ args) =>
    spawnSync("apt-get", args, { stdio: ["ignore", "ignore", "inherit"], env }).status === 0;
  return run(["update", "-q"]) && run(["install", "-y", "-q", "--no-install-recommends", ...packages]);
}
