import type { CustomCommand } from "just-bash/browser";

import { cmp } from "./cmp.ts";
import { date } from "./date.ts";
import { dd } from "./dd.ts";
import { envsubst } from "./envsubst.ts";
import { install } from "./install.ts";
import { ln } from "./ln.ts";
import { mktemp } from "./mktemp.ts";
import { realpath } from "./realpath.ts";
import { rm, unlink } from "./rm.ts";
import { sed } from "./sed.ts";
import { id, nproc, umask, uname, yes } from "./system.ts";
import { truncate } from "./truncate.ts";
import { xargs } from "./xargs.ts";

/** The commands the shell's library lacks, and those of its own that scripts need more of. */
export const COMMAND_PACK: CustomCommand[] = [
  cmp,
  date,
  dd,
  envsubst,
  id,
  install,
  ln,
  mktemp,
  nproc,
  realpath,
  rm,
  sed,
  truncate,
  umask,
  uname,
  unlink,
  xargs,
  yes,
];
