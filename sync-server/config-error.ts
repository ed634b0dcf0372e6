/** A setting the server cannot start with. `message` is one sentence for the operator. */
export class ConfigError extends Error {
  /** What the process exits with. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 2) {
    super(message);
    this.name = "ConfigError";
    this.exitCode = exitCode;
  }
}
