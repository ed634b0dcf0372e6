/** The page at a site's address in a browser that does not hold the site. Self-contained: its policy lets it load nothing. */
export function siteMissingPage(appOrigin: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>This site is in another browser</title>
<style>
:root { color-scheme: light dark; --ink: #1d1f23; --soft: #5a5f69; --paper: #fafaf8; --line: #dcdcd6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececea; --soft: #a5a9b1; --paper: #17181a; --line: #34363a; }
}
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, sans-serif; }
main { box-sizing: border-box; max-width: 34rem; padding: 2rem 1.5rem; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; font-weight: 600; }
p, li { margin: 0 0 0.75rem; }
ol { padding-left: 1.25rem; margin: 0 0 1rem; }
footer { border-top: 1px solid var(--line); padding-top: 1rem; color: var(--soft); font-size: 0.9rem; }
a { color: inherit; }
code { font-size: 0.95em; }
</style>
</head>
<body>
<main>
<h1>This site is in another browser</h1>
<p>Sites made with OKCVM are kept and served by the browser that made them. This browser does not hold the one at this
address, or no longer has the page you asked for.</p>
<p>To see it:</p>
<ol>
<li>Go to the browser and profile in which it was made.</li>
<li>Open <a href="${appOrigin}" target="_top">${appOrigin.replace(/^https?:\/\//, "")}</a> there, and in it the
conversation that made the site.</li>
<li>Follow the site's link. Opening it from the conversation puts its files back in place.</li>
</ol>
<footer>Sharing a site with people who use other browsers needs the server to keep a copy. That comes with
sync.</footer>
</main>
</body>
</html>
`;
}
