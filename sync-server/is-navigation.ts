/** Whether a browser asks for a page, and not for a part of one. */
export function isNavigation(request: Request): boolean {
  const mode = request.headers.get("sec-fetch-mode");
  if (mode !== null) return mode === "navigate";
  // Browsers leave Sec-Fetch headers out on plain http to another machine.
  return (request.headers.get("accept") ?? "").includes("text/html");
}
