import { enDisk } from "./en-disk.ts";

/** The words of work with a folder of the disk: apart from the others, because they are loaded with its dialog. */
export const diskTexts: typeof enDisk = enDisk;
