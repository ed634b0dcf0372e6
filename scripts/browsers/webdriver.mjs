// @ts-check
// The part of W3C WebDriver that the journey needs, over fetch.

/** How the standard names an element in JSON. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** @typedef {{ [ELEMENT]: string }} ElementReference */

export class WebDriverSession {
  /** @type {string} */
  #url;

  /** @param {string} url */
  constructor(url) {
    this.#url = url;
  }

  /**
   * Starts a browser. Errors: an Error with the driver's words.
   * @param {string} base Where the driver listens. @param {object} capabilities
   */
  static async create(base, capabilities) {
    const made = await request("POST", `${base}/session`, { capabilities: { alwaysMatch: capabilities } });
    const session = new WebDriverSession(`${base}/session/${made.sessionId}`);
    return { session, capabilities: made.capabilities };
  }

  /** @param {string} path @returns {Promise<any>} */
  get(path) {
    return request("GET", this.#url + path);
  }

  /** @param {string} path @param {object} [body] @returns {Promise<any>} */
  post(path, body = {}) {
    return request("POST", this.#url + path, body);
  }

  /** @param {string} path @returns {Promise<any>} */
  delete(path) {
    return request("DELETE", this.#url + path);
  }

  /**
   * Runs a function in the document in view; what it throws is thrown here.
   * @template R
   * @param {(...args: any[]) => R | Promise<R>} fn
   * @param {unknown[]} args
   * @returns {Promise<R>}
   */
  async run(fn, args) {
    const script = `
      const args = [...arguments];
      const answer = args.pop();
      Promise.resolve().then(() => (${fn})(...args)).then(
        (value) => answer({ json: JSON.stringify(value) }),
        (error) => answer({ error: String(error?.stack ? error + "\\n" + error.stack : error) }),
      );`;
    const answer = await this.post("/execute/async", { script, args });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.json === undefined ? /** @type {R} */ (undefined) : JSON.parse(answer.json);
  }

  /** @param {"css selector" | "xpath"} using @param {string} value @returns {Promise<ElementReference>} */
  find(using, value) {
    return this.post("/element", { using, value });
  }

  /** @param {ElementReference} element */
  async click(element) {
    await this.post(`/element/${element[ELEMENT]}/click`);
  }
}

/** @param {string} method @param {string} url @param {object} [body] @returns {Promise<any>} */
async function request(method, url, body) {
  const response = await fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const { value } = /** @type {{ value: any }} */ (await response.json());
  if (response.ok) return value;
  throw new Error(
    `${value?.error ?? `status ${response.status}`}: ${value?.message ?? "the driver gave no reason"}`,
  );
}
