import { Buffer } from "buffer";

// The shell's library reads the global Buffer when its modules load; without it
// files above 64 KiB are "No such file". This file must be imported before it.
(globalThis as { Buffer?: unknown }).Buffer = Buffer;
