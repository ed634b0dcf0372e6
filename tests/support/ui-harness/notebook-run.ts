import type { ToolResult } from "../../../src/domain/message.ts";
import { storeOutputs, textOf, type CellOutput, type MimeBundle } from "../../../src/domain/notebook.ts";
import { callBeats, stepEnd, stepStart, textBeats, type Beat } from "./fake-script.ts";

let count = 0;

const stream = (text: string, name: "stdout" | "stderr" = "stdout"): CellOutput => ({
  output_type: "stream",
  name,
  text,
});
const display = (data: MimeBundle): CellOutput => ({ output_type: "display_data", data, metadata: {} });
const value = (data: MimeBundle): CellOutput => ({
  output_type: "execute_result",
  execution_count: count,
  data,
  metadata: {},
});
const raised = (ename: string, evalue: string, line: number, code: string): CellOutput => ({
  output_type: "error",
  ename,
  evalue,
  traceback: [
    "-".repeat(75),
    `${ename.padEnd(42)}Traceback (most recent call last)`,
    `Cell In[${count}], line ${line}\n      ${line - 1} \n----> ${line} ${code}\n`,
    `${ename}: ${evalue}`,
  ],
});

/** A cell as the tool answers it. */
function cell(code: string, make: () => CellOutput[], prints?: string[]): Beat[] {
  count += 1;
  const { outputs, images } = storeOutputs(make());
  const error = outputs.find((output) => output.output_type === "error");
  const result: ToolResult = {
    ok: error === undefined,
    output: textOf(make()) || "(The cell showed nothing.)",
    data: { executionCount: count, outputs },
    ...(images.length > 0 ? { content: images.map((image) => ({ type: "image" as const, ...image })) } : {}),
    ...(error ? { error: { code: "command-failed", message: `${error.ename}: ${error.evalue}` } } : {}),
  };
  return callBeats(`cell-${count}`, {
    name: "mshtools-ipython",
    args: { code },
    result,
    ...(prints ? { prints } : {}),
  });
}

/** A plot, drawn here: base64 of a PNG. */
function plot(words: string, transparent = false): string {
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 400;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("No canvas here.");
  if (!transparent) {
    pen.fillStyle = "white";
    pen.fillRect(0, 0, 640, 400);
  }
  pen.strokeStyle = pen.fillStyle = "black";
  pen.strokeRect(60, 30, 550, 310);
  pen.font = "16px sans-serif";
  pen.textAlign = "center";
  pen.fillText(words, 335, 22);
  for (let hour = 0; hour <= 24; hour += 4) pen.fillText(String(hour), 60 + (hour / 24) * 550, 360);
  pen.strokeStyle = "#1f77b4";
  pen.lineWidth = 2;
  pen.beginPath();
  for (let x = 0; x <= 550; x += 2) pen.lineTo(60 + x, 185 - 120 * Math.cos((x / 550) * 4 * Math.PI));
  pen.stroke();
  return canvas.toDataURL("image/png").replace(/^.*,/, "");
}

/** As pandas writes a frame. */
function frame(rows: number, columns: number): string {
  const heads = Array.from({ length: columns }, (_, column) => `      <th>measurement_${column}</th>`);
  const body = Array.from({ length: rows }, (_, row) => {
    const cells = Array.from(
      { length: columns },
      (_, column) => `      <td>${(Math.sin(row * 31 + column) * 100).toFixed(4)}</td>`,
    );
    return `    <tr>\n      <th>2026-03-${String(row + 1).padStart(2, "0")}</th>\n${cells.join("\n")}\n    </tr>`;
  });
  return `<div>
<style scoped>
    .dataframe tbody tr th:only-of-type { vertical-align: middle; }
    .dataframe tbody tr th { vertical-align: top; }
    .dataframe thead th { text-align: right; }
</style>
<table border="1" class="dataframe">
  <thead>
    <tr style="text-align: right;">
      <th></th>
${heads.join("\n")}
    </tr>
  </thead>
  <tbody>
${body.join("\n")}
  </tbody>
</table>
<p>${rows} rows × ${columns} columns</p>
</div>`;
}

/** As pandas' Styler writes one: a rule for each colour. */
const STYLED = `<style type="text/css">
#T_1_row0_col0 { background-color: #fff5f0; color: #000000; }
#T_1_row0_col1, #T_1_row1_col0 { background-color: #fb6b4b; color: #f1f1f1; }
#T_1_row1_col1 { background: linear-gradient(90deg, #5fba7d 62.0%, transparent 62.0%); font-weight: bold; position: fixed; }
</style>
<table id="T_1"><thead><tr><th class="blank"></th><th>港</th><th>height</th></tr></thead><tbody>
<tr><th>a</th><td id="T_1_row0_col0">東京</td><td id="T_1_row0_col1">1.42</td></tr>
<tr><th>b</th><td id="T_1_row1_col0">横浜</td><td id="T_1_row1_col1" style="color: red">0.98</td></tr>
</tbody></table>`;

const PLOTLY = `<div><div id="p1" class="plotly-graph-div" style="height:525px; width:100%;"></div><script type="text/javascript">Plotly.newPlot("p1", [{"x": [1], "y": [2]}])</script></div>`;

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="120" viewBox="0 0 320 120"><style>text { font: 16px sans-serif }</style><rect x="10" y="30" width="200" height="24" style="fill: teal"/><rect x="10" y="66" width="120" height="24" fill="#d65f5f"/><text x="10" y="22">Heights</text></svg>`;

/** A run in which every kind of a cell's output appears. */
export function notebookRun(): Beat[] {
  count = 0;
  const lines = Array.from({ length: 500 }, (_, line) => `line ${line + 1} of what the loop prints\n`).join(
    "",
  );
  return [
    stepStart,
    ...textBeats("I read the measurements first.", 12, 10),
    ...cell("import pandas as pd\n\nwide = pd.read_csv('upload/measurements.csv')\nwide", () => [
      value({ "text/html": frame(40, 30), "text/plain": "    measurement_0 …" }),
    ]),
    ...textBeats("Then the curve, and what is printed beside it.", 12, 10),
    ...cell(
      '# The tide over one day\nimport matplotlib.pyplot as plt\n\nfig, ax = plt.subplots()\nax.plot(hours, heights)\nax.set_title("潮汐の高さ（東京）")\nprint(f"mean {heights.mean():.2f}")',
      () => [
        stream("mean 1.42\n"),
        stream("<string>:3: UserWarning: The figure layout has changed to tight\n", "stderr"),
        display({
          "image/png": plot("潮汐の高さ（東京）"),
          "text/plain": "<Figure size 640x400 with 1 Axes>",
        }),
        display({ "image/png": plot("transparent", true), "text/plain": "<Figure>" }),
      ],
    ),
    ...cell('raise_it = True\nheights["tokio"]', () => [
      stream("before the error\n"),
      raised("KeyError", "'tokio'", 2, 'heights["tokio"]'),
    ]),
    ...textBeats("The name was wrong. Now the rest.", 12, 10),
    ...cell("for i in range(500):\n    print(f'line {i + 1} of what the loop prints')", () => [
      stream(lines),
    ]),
    ...cell("x = 1", () => []),
    ...cell("styled", () => [value({ "text/html": STYLED, "text/plain": "<Styler>" })]),
    ...textBeats("Other kinds of output.", 12, 10),
    ...cell("fig.show()", () => [display({ "text/html": PLOTLY })]),
    ...cell('display(Markdown("…"), Latex("…"), JSON({}), SVG(bars))', () => [
      display({
        "text/markdown": "**Mean** height by `harbour`:\n\n| 港 | m |\n|---|---:|\n| 東京 | 1.42 |\n",
      }),
      display({ "text/latex": "$$h(t) = \\sum_i A_i \\cos(\\omega_i t + \\varphi_i)$$" }),
      display({ "application/json": { harbours: ["東京", "横浜"], mean: 1.42 } }),
      display({ "image/svg+xml": SVG }),
      display({ "application/vnd.unknown": "x" }),
    ]),
    ...callBeats("restart", {
      name: "mshtools-ipython",
      args: { code: "", restart: true },
      result: { ok: true, output: "Python was restarted: all variables are cleared." },
    }),
    stepEnd("tool_calls"),
    stepStart,
    ...textBeats("In a row they fold, and what they show stays.", 12, 10),
    ...cell("a = 1", () => []),
    ...cell("b = 2", () => []),
    ...cell("ax.plot(b)", () => [display({ "image/png": plot("folded"), "text/plain": "<Figure>" })]),
    ...cell("a + b", () => [value({ "text/plain": "3" })]),
    ...textBeats("Done.", 12, 10),
    stepEnd("stop"),
    { wait: 10, event: (at) => ({ type: "run-end", at, status: "done" }) },
  ];
}

/** A cell that is still at work after what it printed. */
export function runningCell(): Beat[] {
  return [
    stepStart,
    ...callBeats("running", {
      name: "mshtools-ipython",
      args: { code: "import time\n\nfor step in range(100):\n    print('step', step)\n    time.sleep(1)" },
      prints: [
        "[Downloading numpy, 3 of 7 MB]\n",
        ...Array.from({ length: 40 }, (_, step) => `step ${step}\n`),
      ],
      result: { ok: true, output: "" },
      time: 60_000,
    }),
  ];
}
