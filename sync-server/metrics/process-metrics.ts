import { monitorEventLoopDelay } from "node:perf_hooks";
import { Gauge, type Metric } from "./registry.ts";

/** How often the event loop is looked at. Milliseconds. */
const LOOK_MS = 20;
const QUANTILES = [0.5, 0.99, 1];

/** The process itself: memory, time since its start, and how late the event loop was since it was last asked. */
export function processMetrics(): Metric[] {
  const delay = monitorEventLoopDelay({ resolution: LOOK_MS });
  delay.enable();
  return [
    new Gauge({ name: "okcvm_uptime_seconds", help: "Time since the process started." }, () => [
      [{}, process.uptime()],
    ]),
    new Gauge({ name: "okcvm_memory_bytes", help: "Memory of the process.", labels: ["kind"] }, () => {
      const { rss, heapUsed, external } = process.memoryUsage();
      return [
        [{ kind: "resident" }, rss],
        [{ kind: "heap" }, heapUsed],
        [{ kind: "external" }, external],
      ];
    }),
    new Gauge(
      {
        name: "okcvm_event_loop_lag_seconds",
        help: "How late the event loop was since this was last read.",
        labels: ["quantile"],
      },
      () => {
        const values = QUANTILES.map((quantile): [{ quantile: string }, number] => [
          { quantile: String(quantile) },
          lag(quantile === 1 ? delay.max : delay.percentile(quantile * 100)),
        ]);
        delay.reset();
        return values;
      },
    ),
  ];
}

/** The histogram holds whole waits, in nanoseconds; what is over the wait that was asked for is lateness. */
function lag(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - LOOK_MS) / 1000;
}
