// @ts-check
import { existsSync } from "node:fs";
import { aptInstall } from "./apt.mjs";

const PLACES = ["/usr/sbin/mariadbd", "/usr/sbin/mysqld", "/usr/bin/mariadbd", "/usr/local/sbin/mariadbd"];

/**
 * The machine's MariaDB server, which is installed where it can be. Only its program is used: tests start their own.
 * @returns {string} its path
 */
export function ensureMariaDb() {
  const find = () => PLACES.find((path) => existsSync(path));
  const found = find() ?? (aptInstall(["mariadb-server"]) ? find() : undefined);
  if (found === undefined)
    throw new Error("The tests of the sync server need MariaDB: install mariadb-server.");
  return found;
}
