import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CellEvent } from "../../../../src/domain/notebook.ts";
import { KernelHost } from "./kernel-host.ts";
import { STAND_INS } from "./stand-ins.ts";

let host: KernelHost;

beforeAll(async () => {
  host = await KernelHost.boot();
  for (const [path, text] of Object.entries(STAND_INS)) {
    mkdirSync(join(host.folder, dirname(path)), { recursive: true });
    writeFileSync(join(host.folder, path), text);
  }
  mkdirSync(join(host.folder, "fonts"));
  writeFileSync(join(host.folder, "fonts/Noto Sans CJK.ttf"), "font");
  writeFileSync(join(host.folder, "fonts/Broken.otf"), "");
  writeFileSync(join(host.folder, "fonts/readme.txt"), "");
  await host.run("import os; os.environ['OKCVM_FONTS_DIR'] = os.path.abspath('fonts')");
}, 120_000);

afterAll(() => host?.dispose());

beforeEach(() => host.fresh());

/** Each output in a word or two: a picture by its decoded bytes. */
function told(outputs: CellEvent[]): string[] {
  return outputs.map((output) => {
    if (output.output_type === "stream") return output.text.trim();
    if (!("data" in output)) return output.output_type;
    const png = output.data["image/png"];
    const text = typeof png === "string" ? Buffer.from(png, "base64").toString() : output.data["text/plain"];
    return `${output.output_type}: ${String(text)}`;
  });
}

async function shows(code: string): Promise<string[]> {
  return told((await host.run(code)).outputs);
}

describe("matplotlib, by a stand-in with its public API", () => {
  it("adds fonts at its first import, says which could not be added, and lets glyphs fall back to them", async () => {
    const first = await shows("import matplotlib.pyplot as plt");
    expect(first.join()).toMatch(/^Warning: the font Broken\.otf could not be added: RuntimeError/);
    expect(
      await shows(
        "import matplotlib\nfrom matplotlib.font_manager import FontProperties\nmatplotlib.rcParams['font.sans-serif'], FontProperties('Arial').get_family(), FontProperties().get_family()",
      ),
    ).toEqual([
      `execute_result: (['Bitstream Vera Sans', 'DejaVu Sans', 'Noto Sans CJK', 'Arial'],
 ['Arial', 'DejaVu Sans', 'Noto Sans CJK'],
 ['sans-serif', 'DejaVu Sans', 'Noto Sans CJK'])`,
    ]);
  });

  it("shows open figures after the cell, in order, and closes them", async () => {
    const code = "import matplotlib.pyplot as plt\nplt.plot()\nplt.figure()\nplt.plot()\n'value'";
    expect(await shows(code)).toEqual([
      "execute_result: 'value'",
      "display_data: png 1 100 tight",
      "display_data: png 2 100 tight",
    ]);
    expect(await shows("plt.get_fignums()")).toEqual(["execute_result: []"]);
  });

  it("shows at plt.show() what is open there", async () => {
    const code = "import matplotlib.pyplot as plt\nplt.plot()\nplt.show()\nprint('between')\nplt.plot()";
    expect(await shows(code)).toEqual([
      "display_data: png 1 100 tight",
      "between",
      "display_data: png 1 100 tight",
    ]);
  });

  it("shows a figure once, as value, by display or by its show()", async () => {
    const begin = "import matplotlib.pyplot as plt\nfig = plt.figure()\nplt.plot()\n";
    expect(await shows(`${begin}fig`)).toEqual(["execute_result: png 1 100 tight"]);
    expect(await shows(`${begin}display(fig)`)).toEqual(["display_data: png 1 100 tight"]);
    expect(await shows(`${begin}fig.show()`)).toEqual(["display_data: png 1 100 tight"]);
    expect((await host.run(`${begin}fig`)).outputs).toMatchObject([
      { data: { "text/plain": "<Figure size 640x480 with 1 Axes>" } },
    ]);
  });

  it("shows no empty figure, and the figures of a cell that failed", async () => {
    expect(await shows("import matplotlib.pyplot as plt\nplt.figure();")).toEqual([]);
    expect(await shows("plt.figure()")).toEqual(["execute_result: <Figure size 640x480 with 0 Axes>"]);
    expect(await shows("plt.plot()\n1 / 0")).toEqual(["error", "display_data: png 1 100 tight"]);
  });

  it("warns of a figure that cannot be drawn and shows the others", async () => {
    const code = "import matplotlib.pyplot as plt\nplt.plot('bad')\nplt.figure()\nplt.plot()";
    expect(await shows(code)).toEqual([
      "Warning: a figure could not be drawn: ValueError: cannot draw",
      "display_data: png 2 100 tight",
    ]);
    expect((await host.run(code)).status).toBe("ok");
  });

  it("keeps figures in %%capture", async () => {
    await host.run("%%capture kept\nimport matplotlib.pyplot as plt\nplt.plot()\nplt.show()");
    expect(await shows("len(kept.outputs)")).toEqual(["execute_result: 1"]);
  });
});

describe("PIL and OpenCV, by stand-ins with their public API", () => {
  it("PIL images are shown as value and by show()", async () => {
    const code = "from PIL.Image import Image\nimage = Image()\nimage.show()\nimage";
    expect(await shows(code)).toEqual(["display_data: PNG of PIL", "execute_result: PNG of PIL"]);
  });

  it("cv2.imshow shows, waitKey and windows do nothing", async () => {
    expect(await shows("import cv2\ncv2.imshow('w', [1])\ncv2.destroyAllWindows()\ncv2.waitKey(0)")).toEqual([
      "display_data: PNG of cv2",
      "execute_result: -1",
    ]);
    expect(await shows("cv2.imshow('w', None)")).toEqual(["error"]);
  });
});
