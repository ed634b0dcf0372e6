/** Paths below this belong to the bridge; a site cannot have files there. */
export const BRIDGE_FOLDER = "/__okcvm/";
export const BRIDGE_PAGE = `${BRIDGE_FOLDER}bridge.html`;
export const BRIDGE_SCRIPT = `${BRIDGE_FOLDER}bridge.js`;
export const WORKER_SCRIPT = `${BRIDGE_FOLDER}worker.js`;
