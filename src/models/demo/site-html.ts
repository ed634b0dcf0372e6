/** The demo site's page. */
export const SITE_HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="description" content="What an agent's computer in a browser tab can do.">
    <title>A computer in a tab</title>
    <link rel="stylesheet" href="style.css">
  </head>
  <body>
    <a class="skip" href="#main">Skip to content</a>
    <header class="bar">
      <p class="brand">
        <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
          <rect x="2.5" y="4.5" width="19" height="15" rx="3.5" />
          <path d="M2.5 9h19M6.5 13l2.5 2-2.5 2M12 17h5" />
        </svg>
        OKCVM
      </p>
      <p class="badge">Made by the guided demo</p>
    </header>

    <main id="main">
      <section class="hero" aria-labelledby="title">
        <p class="eyebrow">A site written, checked and deployed in one conversation</p>
        <h1 id="title">A whole computer,<br><em>in this tab.</em></h1>
        <p class="lede">
          Files, a shell and a place to publish. A script drove the same tools a model
          drives: it planned, wrote three files, checked them and put this page here.
        </p>
        <ul class="facts" aria-label="In numbers">
          <li><strong>3</strong> files</li>
          <li><strong>0</strong> requests to other hosts</li>
          <li><strong>1</strong> browser tab</li>
        </ul>
      </section>

      <section aria-labelledby="try">
        <div class="heading">
          <h2 id="try">What do you want done?</h2>
          <p>Pick a job to see the steps an agent takes for it.</p>
        </div>
        <div class="planner">
          <div class="jobs" role="radiogroup" aria-labelledby="try" id="jobs"></div>
          <div class="window">
            <div class="titlebar" aria-hidden="true"><i></i><i></i><i></i><span>plan</span></div>
            <ol id="steps" aria-live="polite"></ol>
            <div class="meter" role="progressbar" aria-label="Steps shown" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0">
              <span id="fill"></span>
            </div>
            <p class="controls">
              <button type="button" id="replay">Play again</button>
              <output id="status">Ready</output>
            </p>
          </div>
        </div>
        <noscript><p class="note">The planner needs JavaScript; the rest of the page does not.</p></noscript>
      </section>

      <section aria-labelledby="parts">
        <div class="heading">
          <h2 id="parts">What is in the box</h2>
          <p>Four parts, and one place where all of them meet: your files.</p>
        </div>
        <div class="grid">
          <article>
            <h3><span aria-hidden="true">01</span> Files that stay</h3>
            <p>Every change is kept in this browser before the agent goes on. Close the tab, and it is all there when you come back.</p>
          </article>
          <article>
            <h3><span aria-hidden="true">02</span> A shell</h3>
            <p>Pipes, loops, grep and friends, walled off from your keys and your other conversations.</p>
          </article>
          <article>
            <h3><span aria-hidden="true">03</span> Sites</h3>
            <p>A folder becomes a site on an origin of its own. Each deploy is a copy that later edits leave alone.</p>
          </article>
          <article>
            <h3><span aria-hidden="true">04</span> Without a network</h3>
            <p>Editing, running and previewing need none. Only a model and the web do.</p>
          </article>
        </div>
      </section>
    </main>

    <footer>
      <p>Written by a script, not by a model. Add a key in Settings, and ask for something of your own.</p>
    </footer>
    <script src="app.js" defer></script>
  </body>
</html>
`;
