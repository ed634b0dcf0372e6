import { describe, expect, it } from "vitest";
import { OkcvmError } from "../../../src/domain/errors.ts";
import { authorization, checkRemoteUrl } from "../../../src/domain/remote-url.ts";

const TOKEN = "ghp_canary0123456789abcdef";

function refusal(text: string): OkcvmError {
  try {
    checkRemoteUrl(text);
  } catch (error) {
    if (error instanceof OkcvmError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

describe("an address is taken", () => {
  it.each([
    ["https://github.com/owner/repo", "https://github.com/owner/repo"],
    [" https://github.com/owner/repo.git/ ", "https://github.com/owner/repo.git"],
    ["HTTPS://GitHub.com:443/Owner/Repo", "https://github.com/Owner/Repo"],
    ["https://github.com/o/r?tab=readme#usage", "https://github.com/o/r"],
    ["http://git.lan:3000/o/r", "http://git.lan:3000/o/r"],
    ["http://localhost:3000/o/r", "http://localhost:3000/o/r"],
    ["github.com/owner/repo", "https://github.com/owner/repo"],
    ["git.lan:3000/owner/repo", "https://git.lan:3000/owner/repo"],
    ["localhost:3000/owner/repo", "https://localhost:3000/owner/repo"],
    ["git@github.com:owner/repo.git", "https://github.com/owner/repo.git"],
    ["forgejo@git.lan:/owner/repo.git", "https://git.lan/owner/repo.git"],
    ["ssh://git@git.lan:2222/owner/repo.git", "https://git.lan/owner/repo.git"],
    ["git+ssh://git@github.com/owner/repo", "https://github.com/owner/repo"],
    ["https://dev.azure.com/o/My%20Project/_git/r", "https://dev.azure.com/o/My%20Project/_git/r"],
    ["https://example.com/日本/r", "https://example.com/%E6%97%A5%E6%9C%AC/r"],
    ["https://bücher.example/o/r", "https://xn--bcher-kva.example/o/r"],
    ["https://[2606:4700::1111]/o/r", "https://[2606:4700::1111]/o/r"],
  ])("%s", (text, url) => {
    expect(checkRemoteUrl(text)).toEqual({ url, auth: null });
  });

  it.each([
    [`https://ada:${TOKEN}@github.com/o/r`, { username: "ada", password: TOKEN }],
    [`https://${TOKEN}@github.com/o/r`, { username: "", password: TOKEN }],
    ["https://ada@bitbucket.org/o/r", { username: "ada", password: "" }],
    ["https://ada:p%40ss%3A@github.com/o/r", { username: "ada", password: "p@ss:" }],
    ["https://ada:100%@github.com/o/r", { username: "ada", password: "100%" }],
  ])("without the login in it: %s", (text, auth) => {
    const address = checkRemoteUrl(text);
    expect(address.auth).toEqual(auth);
    expect(address.url).toMatch(/^https:\/\/(github\.com|bitbucket\.org)\/o\/r$/);
  });
});

describe("an address is refused, in words that hold no login", () => {
  it.each([
    ["", "Enter the address"],
    ["repo", "in full"],
    ["owner/repo", "in full"],
    ["./repo", "in full"],
    ["../a.b/repo", "in full"],
    ["/home/ada/repo", "in full"],
    ["C:\\repo", "backslashes"],
    ["C:/repo", "in full"],
    ["file:///etc/repo", "file://"],
    [`git://${TOKEN}@github.com/o/r`, "git://"],
    ["ftp://example.com/o/r", "ftp://"],
    ["javascript:alert(1)", "in full"],
    ["https://github.com", "no repository"],
    ["https://github.com///", "no repository"],
    [`https://ada:${TOKEN}@/o/r`, "cannot be read"],
    [`https://ada:${TOKEN}@github.com:99999/o/r`, "cannot be read"],
    ["https://github.com/o/r --upload-pack=x", "no spaces"],
    ["https://github.com/o/\u0000r", "no spaces"],
  ])("%j", (text, words) => {
    const error = refusal(text);
    expect(error.code).toBe("bad-arguments");
    expect(error.message).toContain(words);
    expect(error.message).not.toContain(TOKEN);
    expect(error.cause).toBeUndefined();
  });
});

describe("a login becomes a header", () => {
  const read = (header: string | undefined) =>
    Buffer.from(header?.replace("Basic ", "") ?? "", "base64").toString();

  it("with the user name a bare token goes with", () => {
    expect(read(authorization({ username: "", password: "t" }, "https://github.com/o/r"))).toBe(
      "x-access-token:t",
    );
    expect(read(authorization({ username: "", password: "t" }, "https://bitbucket.org/o/r"))).toBe(
      "x-token-auth:t",
    );
    expect(read(authorization({ username: "ada", password: "päss" }, "https://github.com/o/r"))).toBe(
      "ada:päss",
    );
  });

  it("and none when nothing is known", () => {
    for (const auth of [null, undefined, { username: "ada", password: "" }]) {
      expect(authorization(auth, "https://github.com/o/r")).toBeUndefined();
    }
  });
});
