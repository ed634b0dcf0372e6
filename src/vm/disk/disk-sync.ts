import { OkcvmError } from "../../domain/errors.ts";
import type { DiskFolder, DiskFolders, RememberedFolder } from "../../ports/disk-folders.ts";
import type { Session } from "../api.ts";
import type { ChosenFolder, DiskSync, LinkedFolder } from "./api.ts";
