import type { SnapshotAbout, SnapshotKind } from "../../../src/domain/snapshot.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";
import { fakeSnapshotId, historyDials } from "./fake-history.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The snapshots of the played run's three writes, by their place in `SEEDS`. */
export const SITE_STEPS = {
  page: fakeSnapshotId(8),
  style: fakeSnapshotId(9),
  motion: fakeSnapshotId(10),
};

interface Seed extends Omit<SnapshotAbout, "kind"> {
  /** Also the one that only Git itself makes. */
  kind: SnapshotKind;
  ago: number;
  label: string;
  change: (workspace: Workspace) => Promise<void>;
}

const PNG = (colour: string): Promise<Blob> => {
  const canvas = new OffscreenCanvas(320, 180);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser draws on no canvas.");
  context.fillStyle = colour;
  context.fillRect(0, 0, 320, 180);
  context.fillStyle = "white";
  context.fillRect(40, 60, 240, 60);
  return canvas.convertToBlob();
};

const CSS = `:root {
  --water: teal;
  --sand: #d8c49a;
}

body {
  margin: 0;
  font: 16px/1.5 system-ui, sans-serif;
}

main {
  max-width: 60ch;
  margin: 0 auto;
  padding: 24px;
}

.diagram {
  width: 100%;
  height: auto;
}

footer {
  color: gray;
}
`;

const JS = `/** Height of the water above mean level, in metres. */
export function tide(hours) {
  return 1.4 * Math.cos((2 * Math.PI * hours) / 12.42);
}
`;

const ASK = "Build a one-page site that explains how tides work, with a moving diagram, and publish it.";
const LONG_ASK =
  "Please go through every page and make the wording shorter, then check that the headings still make sense on their own, and keep the numbers as they are in the table of the spring tides";

const reply = (messageId: string, detail: string): SnapshotAbout => ({ kind: "reply", messageId, detail });

const SEEDS: Seed[] = [
  { ago: 9 * DAY, label: "Imported harbour.zip", kind: "import", change: async () => undefined },
  {
    ago: 3 * DAY + 4 * HOUR,
    label: "潮汐の仕組みを説明するページを作って公開する",
    ...reply("m1", "write_file site/style.css"),
    change: (ws) => ws.write("site/style.css", CSS),
  },
  {
    ago: 3 * DAY + 3 * HOUR,
    label: "Your edits",
    kind: "edits",
    change: async (ws) => {
      await ws.write("output/report.md", "# Report\n\nTwo lines.\nThis is the second.\n");
      await ws.write("site/assets/bay.png", await PNG("steelblue"));
    },
  },
  {
    ago: DAY + 2 * HOUR,
    label: LONG_ASK,
    ...reply("m2", "edit_file output/report.md"),
    change: (ws) =>
      ws.write("output/report.md", "# Report on tides\n\nOne line.\nThis is the second line.\n"),
  },
  {
    ago: DAY + 2 * HOUR - MINUTE,
    label: LONG_ASK,
    ...reply("m2", "shell rm output/data.bin"),
    change: (ws) => ws.remove("output/data.bin"),
  },
  {
    ago: DAY,
    label: "Before the new colours",
    kind: "manual",
    change: (ws) => ws.write("upload/measurements.csv", "hour,height\n0,1.4\n1,1.2\n2,0.7\n"),
  },
  {
    ago: 5 * HOUR,
    label: "Antidisestablishmentarianismantidisestablishmentarianismantidisestablishment",
    kind: "commit",
    change: (ws) => ws.rename("output/report.md", "output/tides.md"),
  },
  {
    ago: 4 * HOUR,
    label: "Went back to “Before the new colours”",
    kind: "restore",
    change: (ws) => ws.write("site/assets/bay.png", "not a picture at all"),
  },
  {
    ago: 9 * MINUTE,
    label: ASK,
    ...reply("m3", "write_file site/index.html"),
    change: async (ws) => {
      const page = await ws.readText("site/index.html");
      const lines = page.split("\n");
      lines[6] = "  <p>The moon pulls the water that is nearest to it the hardest.</p>";
      lines[30] = "  <h2>Spring tides</h2>";
      lines.splice(50, 4);
      await ws.write("site/index.html", lines.join("\n"));
    },
  },
  {
    ago: 8 * MINUTE,
    label: ASK,
    ...reply("m3", "write_file site/style.css"),
    change: async (ws) => {
      await ws.write(
        "site/style.css",
        CSS.replace("teal", "oklch(0.6 0.1 210)")
          .replace("60ch", "68ch")
          .replace("color: gray;\n", "color: #555;\n  font-size: 14px;\n"),
      );
      await ws.write("site/assets/bay.png", await PNG("seagreen"));
    },
  },
  {
    ago: 7 * MINUTE,
    label: ASK,
    ...reply("m3", "write_file site/tides.js"),
    change: (ws) => ws.write("site/tides.js", JS),
  },
];

/** Gives a workspace a past, by the scene. */
export async function seedHistory(workspace: Workspace, scene: string): Promise<void> {
  if (["history", "done", "storage-full"].includes(scene)) {
    await play(workspace, SEEDS);
    await workspace.write("output/tides.md", "# Report on tides\n\nOne line.\nThis is the last line.");
    await workspace.write("output/new file — 新しい.txt", "Something new.\n");
  }
  if (scene === "history-many") await play(workspace, manyFiles());
  if (scene === "history-long") await play(workspace, longPast());
  if (scene === "history-slow") historyDials.delayMs = 600_000;
  if (scene === "history-error")
    historyDials.failure = "The history could not be read: the disk did not answer.";
  historyDials.now = () => Date.now();
}

async function play(workspace: Workspace, seeds: readonly Seed[]): Promise<void> {
  const start = Date.now();
  for (const { ago, label, change, ...about } of seeds) {
    historyDials.now = () => start - ago;
    await change(workspace);
    await workspace.snapshot(label, about as SnapshotAbout);
  }
  historyDials.now = () => Date.now();
}

/** A snapshot of 2,000 changed files, one of them with 20,000 lines. */
function manyFiles(): Seed[] {
  return [
    { ago: HOUR, label: "Before", kind: "manual", change: async () => undefined },
    {
      ago: MINUTE,
      label: "Write two thousand files",
      ...reply("m1", "shell make everything"),
      change: async (ws) => {
        for (let index = 0; index < 2_000; index += 1)
          await ws.write(`src/part-${index % 40}/module-${index}.ts`, `export const value = ${index};\n`);
        await ws.write("a-long.txt", Array.from({ length: 20_000 }, (_, line) => `line ${line}\n`).join(""));
        await ws.write("b-huge.txt", "x".repeat(1_500_000));
      },
    },
  ];
}

/** Some 600 snapshots over weeks. */
function longPast(): Seed[] {
  return Array.from({ length: 600 }, (_, index) => ({
    ago: (600 - index) * 3 * HOUR,
    label: `Step ${index} of a long way`,
    ...(index % 5 === 0
      ? { kind: "manual" as const }
      : reply(`m${Math.floor(index / 4)}`, `write_file notes-${index}.md`)),
    change: (ws: Workspace) => ws.write("notes.md", `# Notes\n\nThis is step ${index}.\n`),
  }));
}
