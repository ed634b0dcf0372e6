/**
 * What the journey asks of a browser, whatever protocol drives it. Functions
 * given to it run in the page: they are passed as text, so they use nothing but
 * their arguments, which are JSON, as is what they answer.
 */
export interface Driver {
  name: string;
  version: string;
  /** True when what a site stored in a frame is not there for the same site in a tab. */
  partitionsSites: boolean;
  /** Loads an address in the page. */
  open(url: string): Promise<void>;
  reload(): Promise<void>;
  run<A extends unknown[], R>(fn: (...args: A) => R | Promise<R>, ...args: A): Promise<R>;
  /** Runs in the document of the first frame that matches a CSS selector. */
  runInFrame<A extends unknown[], R>(
    selector: string,
    fn: (...args: A) => R | Promise<R>,
    ...args: A
  ): Promise<R>;
  /** Opens an address in a tab of its own, runs there, and closes it. */
  runInNewTab<A extends unknown[], R>(
    url: string,
    fn: (...args: A) => R | Promise<R>,
    ...args: A
  ): Promise<R>;
  /** Clicks as a person does, with real pointer events. */
  click(xpath: string): Promise<void>;
  /** PNG. */
  screenshot(): Promise<Uint8Array>;
  close(): Promise<void>;
}
