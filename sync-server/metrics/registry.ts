/** A number of the server's, with all its labels, that writes itself in Prometheus' text format. */
export interface Metric {
  lines(): string[];
}

type Labels = Readonly<Record<string, string>>;

/** What a metric is called, what it means and what its values are told apart by. */
export interface About<L extends string> {
  name: string;
  help: string;
  /** Their values come from this server's own tables: each new one is kept until the process ends. */
  labels?: readonly L[];
}

/** A number that grows. */
export class Counter<L extends string = never> implements Metric {
  readonly #about: About<L>;
  readonly #values = new Map<string, number>();

  constructor(about: About<L>) {
    this.#about = about;
    if (!about.labels) this.#values.set("", 0);
  }

  add(labels: Readonly<Record<L, string>>, count = 1): void {
    const key = written(labels, this.#about.labels ?? []);
    this.#values.set(key, (this.#values.get(key) ?? 0) + count);
  }

  lines(): string[] {
    const { name } = this.#about;
    return [
      ...head(this.#about, "counter"),
      ...[...this.#values].map(([key, value]) => `${name}${key} ${value}`),
    ];
  }
}

/** Numbers as they are when they are asked for. */
export class Gauge<L extends string = never> implements Metric {
  readonly #about: About<L>;
  readonly #read: () => readonly [Readonly<Record<L, string>>, number][];

  constructor(about: About<L>, read: () => readonly [Readonly<Record<L, string>>, number][]) {
    this.#about = about;
    this.#read = read;
  }

  lines(): string[] {
    const { name, labels = [] } = this.#about;
    const values = this.#read().map(([of, value]) => `${name}${written(of, labels)} ${value}`);
    return [...head(this.#about, "gauge"), ...values];
  }
}

interface Spread {
  /** How many were at most each bound, those of lower bounds left out. */
  counts: number[];
  sum: number;
  count: number;
}

/** How often something took how long. */
export class Histogram<L extends string = never> implements Metric {
  readonly #about: About<L>;
  readonly #bounds: readonly number[];
  readonly #spreads = new Map<string, { labels: Labels; spread: Spread }>();

  constructor(about: About<L>, bounds: readonly number[]) {
    this.#about = about;
    this.#bounds = bounds;
  }

  observe(labels: Readonly<Record<L, string>>, value: number): void {
    const key = written(labels, this.#about.labels ?? []);
    const empty = () => ({ labels, spread: { counts: this.#bounds.map(() => 0), sum: 0, count: 0 } });
    const kept = this.#spreads.get(key) ?? empty();
    this.#spreads.set(key, kept);
    const at = this.#bounds.findIndex((bound) => value <= bound);
    if (at >= 0) kept.spread.counts[at] = (kept.spread.counts[at] ?? 0) + 1;
    kept.spread.sum += value;
    kept.spread.count += 1;
  }

  lines(): string[] {
    const lines = head(this.#about, "histogram");
    for (const [key, { labels, spread }] of this.#spreads) {
      const { name, labels: names = [] } = this.#about;
      let below = 0;
      const bucket = (le: string, count: number) =>
        lines.push(`${name}_bucket${written({ ...labels, le }, [...names, "le"])} ${count}`);
      for (const [at, bound] of this.#bounds.entries())
        bucket(String(bound), (below += spread.counts[at] ?? 0));
      bucket("+Inf", spread.count);
      lines.push(`${name}_sum${key} ${spread.sum}`, `${name}_count${key} ${spread.count}`);
    }
    return lines;
  }
}

function head({ name, help }: About<string>, type: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

/** Labels as they stand behind a metric's name. */
function written(labels: Labels, names: readonly string[]): string {
  if (names.length === 0) return "";
  return `{${names.map((name) => `${name}="${escaped(labels[name] ?? "")}"`).join(",")}}`;
}

function escaped(text: string): string {
  return text.replace(/["\\\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}
