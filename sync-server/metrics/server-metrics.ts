import { Counter, Gauge, Histogram, type Metric } from "./registry.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** Upper bounds of request times. Seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What the server counts of itself. Nothing here comes from a request but as a name from a table of the server's. */
export class ServerMetrics {
  readonly #requests = new Counter({
    name: "okcvm_requests_total",
    help: "Requests that were answered.",
    labels: ["route", "method", "status"],
  });
  readonly #seconds = new Histogram(
    {
      name: "okcvm_request_seconds",
      help: "Time from a request's headers to its reply's; a body that streams may take longer.",
      labels: ["route"],
    },
    SECONDS,
  );
  readonly pushedOps = new Counter({
    name: "okcvm_pushed_ops_total",
    help: "Changes that were pushed, by what became of them.",
    labels: ["status"],
  });
  readonly pulledRows = new Counter({ name: "okcvm_pulled_rows_total", help: "Items that were pulled." });
  readonly fetchBytes = new Counter({
    name: "okcvm_fetch_bytes_total",
    help: "Bytes of bodies that the fetch proxy passed on.",
  });
  readonly fetchRefusals = new Counter({
    name: "okcvm_fetch_refusals_total",
    help: "Requests that the fetch proxy refused or gave up.",
    labels: ["reason"],
  });
  readonly modelRequests = new Counter({
    name: "okcvm_model_requests_total",
    help: "Requests that were sent to a model provider, by its answer; none: it could not be reached.",
    labels: ["provider", "status"],
  });
  readonly modelBytes = new Counter({
    name: "okcvm_model_bytes_total",
    help: "Bytes of bodies that model providers sent.",
    labels: ["provider"],
  });
  readonly databaseRetries = new Counter({
    name: "okcvm_database_retries_total",
    help: "Transactions that the database had begun again: deadlocks, lock waits, conflicts.",
  });
  readonly #databaseErrors = new Counter({
    name: "okcvm_database_errors_total",
    help: "What failed because the database did.",
  });
  /** Each error is counted once, however many layers it comes through. */
  readonly #counted = new WeakSet<object>();
  #eventStreams = 0;
  readonly #streamGauge = new Gauge(
    { name: "okcvm_event_streams", help: "Live notices that are open." },
    () => [[{}, this.#eventStreams]],
  );

  /** A request was answered. */
  answered(request: { route: string; method: string; status: number; seconds: number }): void {
    const route = routeName(request.route);
    const method = METHODS.has(request.method) ? request.method : "other";
    this.#requests.add({ route, method, status: statusClass(request.status) });
    this.#seconds.observe({ route }, request.seconds);
  }

  /** An event stream was opened. Answers what to call when it has ended, once or more often. */
  streamOpened(): () => void {
    this.#eventStreams += 1;
    let open = true;
    return () => {
      if (open) this.#eventStreams -= 1;
      open = false;
    };
  }

  databaseFailed(error: object): void {
    if (this.#counted.has(error)) return;
    this.#counted.add(error);
    this.#databaseErrors.add({});
  }

  /** All of it, and `more`, in Prometheus' text format. */
  text(more: readonly Metric[] = []): string {
    const all: Metric[] = [
      this.#requests,
      this.#seconds,
      this.#streamGauge,
      this.pushedOps,
      this.pulledRows,
      this.fetchBytes,
      this.fetchRefusals,
      this.modelRequests,
      this.modelBytes,
      this.#databaseErrors,
      this.databaseRetries,
      ...more,
    ];
    return `${all.flatMap((metric) => metric.lines()).join("\n")}\n`;
  }
}

/** A status by its first digit: 2xx. */
export function statusClass(status: number): string {
  return `${Math.floor(status / 100)}xx`;
}

/** The files of the app are one route here: each of them would be a row of its own for every method and status. */
function routeName(route: string): string {
  return route.startsWith("file ") ? "file" : route;
}
