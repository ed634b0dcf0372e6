import { chromium, type Browser, type Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startAppServer, type AppServer } from "../support/e2e/app-server.ts";

/**
 * Real packages from the real hosts through the built server (`npm run build`
 * first), in Chromium, on a machine with internet: OKCVM_LIVE_PYTHON=yes.
 */
let app: AppServer;
let browser: Browser;
let page: Page;

interface Ran {
  ok: boolean;
  output: string;
  images: number;
}

function cell(code: string): Promise<Ran> {
  return page.evaluate(async (text) => {
    const session = await okcvm.open();
    const { ok, output, content } = await session.callTool("mshtools-ipython", { code: text });
    return { ok, output, images: (content ?? []).filter((part) => part.type === "image").length };
  }, code);
}

describe.skipIf(process.env["OKCVM_LIVE_PYTHON"] !== "yes")("real Python packages", () => {
  beforeAll(async () => {
    app = await startAppServer();
    browser = await chromium.launch({
      executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
    page = await browser.newPage();
    await page.goto(app.url);
    await page.waitForFunction(() => globalThis.okcvm !== undefined);
    await page.evaluate(() => globalThis.okcvm.ready.then(() => true));
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  test("numpy and pandas load on import, and a table is shown", async () => {
    const ran = await cell("import numpy as np, pandas as pd\npd.DataFrame({'n': np.arange(3) ** 2}).sum()");
    expect(ran.output).toMatch(/n\s+5/);
  });

  test("a figure is a picture without show(), with Chinese, Japanese and Korean letters", async () => {
    const code =
      "import warnings; warnings.simplefilter('error')\nimport matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.title('中文 日本語 한국어')";
    const ran = await cell(code);
    expect(ran.output).not.toMatch(/Glyph|Error/);
    expect(ran.images).toBe(1);
  });

  test("a spreadsheet is written by openpyxl, which is in no lock, and read again", async () => {
    const ran = await cell(
      "import pandas as pd\npd.DataFrame({'a': [1, 2]}).to_excel('t.xlsx', index=False)\npd.read_excel('t.xlsx').a.sum()",
    );
    expect(ran.output).toContain("3");
  });

  test.each([
    ["scipy", "from scipy.optimize import brentq\nround(brentq(lambda x: x * x - 2, 0, 2), 6)", "1.414214"],
    [
      "scikit-learn",
      "from sklearn.linear_model import LinearRegression\nround(float(LinearRegression().fit([[0], [1]], [0, 2]).coef_[0]), 3)",
      "2.0",
    ],
    ["sympy", "import sympy\nsympy.factor(sympy.Symbol('x') ** 2 - 1)", "(x - 1)*(x + 1)"],
    ["pillow", "from PIL import Image\nImage.new('RGB', (4, 3), 'red').size", "(4, 3)"],
    [
      "opencv",
      "import cv2, numpy as np\ncv2.cvtColor(np.zeros((2, 2, 3), np.uint8), cv2.COLOR_BGR2GRAY).shape",
      "(2, 2)",
    ],
  ])("%s", async (_name, code, expected) => {
    expect((await cell(code)).output).toContain(expected);
  });

  test("%pip takes a pure wheel with what it needs", async () => {
    const ran = await cell("%pip install -q seaborn\nimport seaborn\nseaborn.__version__");
    expect(ran.output).toMatch(/'\d+\.\d+/);
  });
});
