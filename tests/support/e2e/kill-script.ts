/** One step of a script that a page runs until its browser is killed. Contents are made from a number, so that both sides know them. */
export type Step =
  | { kind: "write"; path: string; seed: number; size: number }
  | { kind: "remove"; path: string }
  | { kind: "rename"; path: string; to: string }
  | { kind: "snapshot" }
  /** Back to an earlier snapshot of the script: its place among them. */
  | { kind: "restore"; snapshot: number };

/** Files by path: the number their content is made from, and its size. */
export type Files = Map<string, string>;

/** What files a script has after each step, in order. Steps never fail. */
export class KillScript {
  readonly steps: Step[] = [];
  readonly states: Files[];
  /** The state each snapshot took. */
  readonly snapshots: Files[] = [];

  constructor(
    folder: string,
    start: Files,
    random: (limit: number) => number,
    length: number,
    restores: boolean,
  ) {
    let files = new Map(start);
    this.states = [new Map(files)];
    for (let at = 0; at < length; at++) {
      const step = draw({ folder, files, random, snapshots: restores ? this.snapshots.length : 0 });
      files = this.#apply(step, files);
      this.steps.push(step);
      this.states.push(files);
    }
  }

  #apply(step: Step, before: Files): Files {
    if (step.kind === "restore") return new Map(this.snapshots[step.snapshot]);
    const files = new Map(before);
    if (step.kind === "write") files.set(step.path, `${step.seed} ${step.size}`);
    else if (step.kind === "remove") files.delete(step.path);
    else if (step.kind === "rename") {
      files.set(step.to, files.get(step.path) ?? "");
      files.delete(step.path);
    } else this.snapshots.push(files);
    return files;
  }
}

function draw(from: {
  folder: string;
  files: Files;
  random: (limit: number) => number;
  snapshots: number;
}): Step {
  const { folder, files, random, snapshots } = from;
  const own = [...files.keys()].filter((path) => path.startsWith(`${folder}/`));
  const any = own[random(Math.max(1, own.length))];
  // Enough folders that the tree is put into one record now and then.
  const fresh = `${folder}/d${random(30)}/f${random(4)}`;
  const dice = random(20);
  if (dice < 4) return { kind: "snapshot" };
  if (dice === 4 && snapshots > 0) return { kind: "restore", snapshot: random(snapshots) };
  if (dice < 7 && any !== undefined && own.length > 3) return { kind: "remove", path: any };
  if (dice < 9 && any !== undefined && any !== fresh) return { kind: "rename", path: any, to: fresh };
  const size = dice === 19 ? 1_200_000 : random(4) === 0 ? 60_000 : random(2_000);
  return { kind: "write", path: fresh, seed: random(1_000_000), size };
}

/** The content of a step, the same on both sides. */
export function contentOf(seed: number, size: number): string {
  return `${seed} ${size}\n`.repeat(1 + Math.floor(size / 16));
}
