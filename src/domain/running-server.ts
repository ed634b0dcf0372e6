/** A server that a command started in an engine, and that still listens. */
export interface RunningServer {
  port: number;
  /** Where a frame finds it; always an origin other than the app's. */
  url: string;
  /** What went wrong in its pages, oldest first; only the last few are kept. */
  pageErrors: readonly PageError[];
}

export interface PageError {
  /** Of the page, from its host's root. */
  path: string;
  message: string;
}
