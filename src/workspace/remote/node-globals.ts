import { Buffer } from "buffer";

// Two of Node's globals, for packages that look for them while they load: isomorphic-git for Buffer, and
// one that LightningFS uses for `global` where there is no window, as in a worker. Import this file first.
globalThis.Buffer ??= Buffer;
globalThis.global ??= globalThis;
